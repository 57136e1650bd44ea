"""The classic destination answers as Segment's published integration does."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_destination.conformance.classic import judge
from pendo_destination.destinations.classic import ClassicIntegration
from pendo_destination.destinations.classic.segment_facade import read_account, read_visitor, with_dates
from pendo_destination.errors import DestinationError
from pendo_destination.javascript.values import iso_date
from pendo_destination.runtime.recording_pendo import RecordingPendo
from pendo_destination.runtime.stored_identity import Group, StoredIdentity, User

FIXTURE = Path(__file__).parents[4] / "fixtures" / "segment" / "classic.json"
CASES = json.loads(FIXTURE.read_text("utf-8"))
IDENTIFY = {"type": "identify", "userId": "u", "anonymousId": "a", "traits": {"plan": "pro"}}


@pytest.fixture
def recorder():
    return RecordingPendo()


@pytest.fixture
def classic(recorder):
    started = ClassicIntegration({"apiKey": "k"}, recorder.connect)
    started.load(StoredIdentity(group=Group("g", {"seats": 5})))
    recorder.take()
    return started


def options(recorder):
    """The argument of the only `pendo.identify` since the previous call."""
    ((method, (argument,)),) = recorder.take()
    assert method == "identify"
    return argument


@pytest.mark.parametrize("group", sorted({case["group"] for case in CASES}))
def test_every_result_equals_the_published_result(group):
    cases = [case for case in CASES if case["group"] == group]
    assert [(case, difference) for case in cases if (difference := judge(case))] == []


@pytest.mark.parametrize("method", ["track", "page", "alias", "screen", "reset"])
def test_other_methods_call_no_agent_and_set_no_visitor(method):
    options = {"apiKey": "k", "usePendoAgentAPI": True}
    message = {"event": "E", "properties": {}, "anonymousId": "a"}
    steps = [{"op": "initialize"}, {"method": method, "msg": message}, {"op": "agent_loaded"},
             {"method": method, "msg": message, "user": None, "group": None}]  # fmt: skip
    expected = [{"pendo_options": options, "calls": []} for _ in steps]
    expect = {"steps": expected, "settings": {"apiKey": "k"}}
    assert judge({"id": "c", "options": {"apiKey": "k"}, "steps": steps, "expect": expect}) is None


def test_proto_member_of_a_message_is_dropped():
    assert with_dates({"traits": {"__proto__": {"a": 1}, "b": [{"__proto__": 1}]}}) == {"traits": {"b": [{}]}}


@pytest.mark.parametrize(
    ("step", "path"),
    [
        (2, "/steps/2/calls/0/args/0/account/id"),
        (2, "/steps/2/pendo_options/visitor/id"),
        (0, "/steps/0/script/0"),
        (1, "/steps/1/ready"),
    ],
)
def test_wrong_answer_is_found(step, path):
    case = deepcopy(next(case for case in CASES if case["group"] == "identify-group"))
    *parents, last = path.removeprefix("/").split("/")
    value = case["expect"]
    for name in parents:
        value = value[int(name) if name.isdecimal() else name]
    value[int(last) if last.isdecimal() else last] = "wrong"
    assert judge(case).path == path, step


def test_agent_starts_once_with_the_options_of_the_page(recorder):
    started = ClassicIntegration({"apiKey": "k"}, recorder.connect, {"apiKey": "page", "custom": True})
    for _ in range(2):
        started.load(StoredIdentity())
    assert recorder.scripts == ["https://cdn.pendo.io/agent/static/k/pendo.js"]
    assert recorder.take() == [("initialize", [{"apiKey": "page", "custom": True}])]


def test_parent_account_is_kept_for_later_calls(classic, recorder):
    classic.deliver({"type": "group", "groupId": "g", "traits": {"Parent_Account": {"id": "p"}, "seats": 5}})
    assert options(recorder)["parentAccount"] == {"id": "p"}
    classic.deliver({"type": "group", "groupId": "h", "traits": {}})
    assert options(recorder) == {
        "apiKey": "k",
        "usePendoAgentAPI": True,
        "visitor": {"id": "_PENDO_T_undefined"},
        "account": {"id": "h"},
        "parentAccount": {"id": "p"},
    }


def test_delivery_does_not_change_the_event(classic):
    event = IDENTIFY | {"traits": {"since": "2026-01-02", "list": [{"on": "2026-01-02"}]}}
    before = deepcopy(event)
    classic.deliver(event)
    assert event == before


@pytest.mark.parametrize("kind", ["track", "page", "alias", "screen", None])
def test_only_identify_and_group_are_delivered(classic, recorder, kind):
    assert classic.deliver(IDENTIFY | {"type": kind}) == 0
    assert recorder.take() == []


@pytest.mark.parametrize("integrations", [{"Pendo": False}, {"All": False}, {"All": False, "pendo": True}])
def test_integrations_can_block_an_event(classic, recorder, integrations):
    assert classic.deliver(IDENTIFY | {"integrations": integrations}) == 0
    assert recorder.take() == []


def test_traits_that_are_not_an_object_are_rejected(classic, recorder):
    with pytest.raises(DestinationError, match="Pendo: traits must be an object"):
        classic.deliver(IDENTIFY | {"traits": "text"})
    assert classic.deliver(IDENTIFY) == 1
    assert options(recorder)["account"] == {"id": "g", "seats": 5}


def test_queued_call_uses_the_visitor_known_at_start(recorder):
    early = ClassicIntegration({}, recorder.connect)
    early.initialize()
    early.call("group", {"groupId": "g"})
    early.analytics = StoredIdentity(User("late"))
    early.start(recorder)
    assert options(recorder)["visitor"] == {"id": "late"}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02", "2026-01-02T00:00:00.000Z"),
        ("2026-01-02T03:04", "2026-01-02T03:04:00.000Z"),
        ("2026-01-02T03:04:05,6+02:30", "2026-01-02T00:34:05.600Z"),
        ("2026-01-02T0304-11", "2026-01-02T14:04:00.000Z"),
        ("2026-01-02 03:04:05+02:00", "2026-01-02T03:04:05.000Z"),
        ("2026-13-45T25:61:61.123456Z", "2027-02-15T02:02:01.123Z"),
        ("2026-00-00", "2026-01-01T00:00:00.000Z"),
        ("0000-00-00", "1900-01-01T00:00:00.000Z"),
        ("0099-12-31", "1999-12-31T00:00:00.000Z"),
        ("0950-12-31", "0950-12-31T00:00:00.000Z"),
    ],
)
def test_full_iso_date_becomes_a_date(text, moment):
    assert [iso_date(date) for date in with_dates({"at": [text]})["at"]] == [moment]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01",
        "20260102",
        "2026-01-02t03:04",
        "2026-01-02T03",
        " 2026-01-02",
        "2026-01-02\n",
        "٢٠٢٦-01-02",
        "9999-99-99",
    ],
)
def test_other_texts_are_unchanged(text):
    assert with_dates(text) == text


@given(st.text(), st.dictionaries(st.text(), st.integers()))
def test_user_id_replaces_a_trait_named_id(user_id, traits):
    visitor = read_visitor({"userId": user_id or "u", "traits": traits | {"id": "trait"}})
    assert visitor == traits | {"id": user_id or "u"}


@given(
    st.dictionaries(st.text(alphabet="pParentAcou_ .é1", max_size=14), st.sampled_from([None, 0, "", {}, {"id": 1}]))
)
def test_account_and_parent_contain_all_traits(traits):
    account, parent = read_account({"groupId": "g", "traits": traits})
    removed = [value for name, value in traits.items() if name not in account]
    assert removed == ([parent] if removed else [])
    assert account == {name: value for name, value in traits.items() if name in account} | {"id": "g"}
