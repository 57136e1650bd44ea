"""The classic destination answers as Segment's published integration does."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_destination.conformance.classic import judge
from pendo_destination.destinations.classic import Classic
from pendo_destination.destinations.classic.facade import read_account, read_visitor, with_dates
from pendo_destination.errors import DestinationError
from pendo_destination.explain.recorder import Spy
from pendo_destination.javascript.values import iso_date
from pendo_destination.runtime.analytics import Analytics, Group, User

FIXTURE = Path(__file__).parents[4] / "fixtures" / "segment" / "classic.json"
CASES = json.loads(FIXTURE.read_text("utf-8"))
IDENTIFY = {"type": "identify", "userId": "u", "anonymousId": "a", "traits": {"plan": "pro"}}


@pytest.fixture
def spy():
    return Spy()


@pytest.fixture
def classic(spy):
    started = Classic({"apiKey": "k"}, spy.connect)
    started.load(Analytics(group=Group("g", {"seats": 5})))
    spy.take()
    return started


def options(spy):
    """The argument of the one `pendo.identify` since the last time."""
    ((method, (argument,)),) = spy.take()
    assert method == "identify"
    return argument


@pytest.mark.parametrize("group", sorted({case["group"] for case in CASES}))
def test_every_answer_is_the_published_one(group):
    cases = [case for case in CASES if case["group"] == group]
    assert [(case, found) for case in cases if (found := judge(case))] == []


@pytest.mark.parametrize(
    ("step", "path"),
    [
        (2, "/steps/2/calls/0/args/0/account/id"),
        (2, "/steps/2/pendo_options/visitor/id"),
        (0, "/steps/0/script/0"),
        (1, "/steps/1/ready"),
    ],
)
def test_a_wrong_answer_is_noticed(step, path):
    case = deepcopy(next(case for case in CASES if case["group"] == "identify-group"))
    *way, last = path.removeprefix("/").split("/")
    place = case["expect"]
    for name in way:
        place = place[int(name) if name.isdecimal() else name]
    place[int(last) if last.isdecimal() else last] = "wrong"
    assert judge(case).path == path, step


def test_the_agent_starts_with_the_options_of_the_page_and_only_once(spy):
    started = Classic({"apiKey": "k"}, spy.connect, {"apiKey": "page", "custom": True})
    for _ in range(2):
        started.load(Analytics())
    assert spy.scripts == ["https://cdn.pendo.io/agent/static/k/pendo.js"]
    assert spy.take() == [("initialize", [{"apiKey": "page", "custom": True}])]


def test_a_parent_account_stays_until_another_comes(classic, spy):
    classic.deliver({"type": "group", "groupId": "g", "traits": {"Parent_Account": {"id": "p"}, "seats": 5}})
    assert options(spy)["parentAccount"] == {"id": "p"}
    classic.deliver({"type": "group", "groupId": "h", "traits": {}})
    assert options(spy) == {
        "apiKey": "k",
        "usePendoAgentAPI": True,
        "visitor": {"id": "_PENDO_T_undefined"},
        "account": {"id": "h"},
        "parentAccount": {"id": "p"},
    }


def test_an_event_is_left_as_it_was(classic):
    event = IDENTIFY | {"traits": {"since": "2026-01-02", "list": [{"on": "2026-01-02"}]}}
    before = deepcopy(event)
    classic.deliver(event)
    assert event == before


@pytest.mark.parametrize("kind", ["track", "page", "alias", "screen", None])
def test_it_acts_on_identify_and_group_alone(classic, spy, kind):
    assert classic.deliver(IDENTIFY | {"type": kind}) == 0
    assert spy.take() == []


@pytest.mark.parametrize("integrations", [{"Pendo": False}, {"All": False}, {"All": False, "pendo": True}])
def test_integrations_keep_an_event_from_it(classic, spy, integrations):
    assert classic.deliver(IDENTIFY | {"integrations": integrations}) == 0
    assert spy.take() == []


def test_traits_that_can_take_no_id_are_refused_and_the_next_event_is_not(classic, spy):
    with pytest.raises(DestinationError, match="Pendo: traits must be an object"):
        classic.deliver(IDENTIFY | {"traits": "text"})
    assert classic.deliver(IDENTIFY) == 1
    assert options(spy)["account"] == {"id": "g", "seats": 5}


def test_what_is_called_early_is_told_with_what_is_known_late(spy):
    early = Classic({}, spy.connect)
    early.initialize()
    early.call("group", {"groupId": "g"})
    early.analytics = Analytics(User("late"))
    early.start(spy)
    assert options(spy)["visitor"] == {"id": "late"}


@pytest.mark.parametrize(
    ("written", "moment"),
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
def test_a_full_iso_date_becomes_that_date(written, moment):
    assert [iso_date(date) for date in with_dates({"at": [written]})["at"]] == [moment]


@pytest.mark.parametrize(
    "written",
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
def test_any_other_text_stays(written):
    assert with_dates(written) == written


@given(st.text(), st.dictionaries(st.text(), st.integers()))
def test_a_known_visitor_keeps_the_user_id_whatever_the_traits_say(user_id, traits):
    known = read_visitor({"userId": user_id or "u", "traits": traits | {"id": "trait"}})
    assert known == traits | {"id": user_id or "u"}


@given(
    st.dictionaries(st.text(alphabet="pParentAcou_ .é1", max_size=14), st.sampled_from([None, 0, "", {}, {"id": 1}]))
)
def test_an_account_and_its_parent_together_are_the_traits(traits):
    account, parent = read_account({"groupId": "g", "traits": traits})
    lifted = [value for name, value in traits.items() if name not in account]
    assert lifted == ([parent] if lifted else [])
    assert account == {name: value for name, value in traits.items() if name in account} | {"id": "g"}
