"""Pendo Web (Actions) gives the answers of Segment's published code, and its runtime works as documented."""

import json
from pathlib import Path

import pytest

from pendo_destination.conformance.actions import judge
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.errors import ConfigurationError, DestinationError
from pendo_destination.runtime.configuration import find_configuration_problems, read_configuration
from pendo_destination.runtime.destination_instance import DestinationInstance, compile_plugins
from pendo_destination.runtime.recording_pendo import RecordingPendo
from pendo_destination.runtime.stored_identity import Group, StoredIdentity, User
from tests.destination.destinations.pendo_web.subscription_documents import SETTINGS, TRACK, subscription

FIXTURE = Path(__file__).parents[4] / "fixtures" / "segment" / "actions.json"
CASES = json.loads(FIXTURE.read_text("utf-8"))


def tracked(recorder):
    return [call.args[0] for call in recorder.take() if call.method == "track"]


@pytest.mark.parametrize("group", sorted({case["group"] for case in CASES}))
def test_every_result_equals_the_published_result(group):
    cases = [case for case in CASES if case["group"] == group]
    assert [(case, difference) for case in cases if (difference := judge(case))] == []


def test_wrong_answer_is_found():
    case = json.loads(json.dumps(CASES[0]))
    case["expect"]["steps"][0]["calls"][0]["args"][0]["visitor"]["id"] = "wrong"
    assert judge(case).path == "/steps/0/calls/0/args/0/visitor/id"


def test_presets_make_one_call_for_each_event(start, recorder):
    instance = start(analytics=StoredIdentity(group=Group("known")))
    events = [
        TRACK,
        {"type": "identify", "userId": "u", "traits": {"plan": "pro", "id": "trait"}},
        {"type": "group", "userId": "u", "groupId": "g", "traits": {"seats": 5, "parentAccount": {"id": "p"}}},
    ]
    assert [instance.deliver(event) for event in events] == [1, 1, 1]
    assert recorder.take() == [
        ("track", ["E", {"a": 1}]),
        ("identify", [{"visitor": {"plan": "pro", "id": "u"}, "account": {"id": "known"}}]),
        ("identify", [{"visitor": {"id": "u"}, "account": {"seats": 5, "id": "g"}, "parentAccount": {"id": "p"}}]),
    ]


@pytest.mark.parametrize("kind", ["page", "alias", "screen", "delete", None])
def test_presets_ignore_other_event_types(start, recorder, kind):
    assert start().deliver(TRACK | {"type": kind}) == 0
    assert recorder.take() == []


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (TRACK | {"event": ""}, "event"),
        (TRACK | {"event": None}, "event"),
        (TRACK | {"properties": "text"}, "metadata"),
        ({"type": "identify", "anonymousId": "a"}, "visitorId"),
        ({"type": "group", "userId": "u"}, "accountId"),
        ({"type": "group", "userId": "u", "groupId": "g", "traits": {"parentAccount": {}}}, "parentAccountData.id"),
    ],
)
def test_documented_validation_rejects_invalid_payloads(start, recorder, event, field):
    with pytest.raises(DestinationError) as raised:
        start().deliver(event)
    assert [problem.path for problem in raised.value.problems] == [field]
    assert recorder.take() == []
    assert start(validation="browser").deliver(event) == 1


def test_documented_validation_checks_all_payloads_first(start, recorder):
    invalid = subscription(mapping={"event": {"@path": "$.missing"}})
    with pytest.raises(DestinationError):
        start(subscription(), invalid).deliver(TRACK)
    assert tracked(recorder) == []
    assert start(subscription(), invalid, validation="browser").deliver(TRACK) == 2


def test_actions_and_their_subscriptions_run_in_order(start, recorder):
    instance = start(
        subscription("identify", 'type = "track"', {"visitorId": "v"}),
        *(subscription(mapping={"event": name}) for name in ("first", "second")),
    )
    assert instance.deliver(TRACK) == 3
    assert [(call.method, call.args[0]) for call in recorder.take()] == [
        ("track", "first"),
        ("track", "second"),
        ("identify", {"visitor": {"id": "v"}}),
    ]


def test_nothing_starts_without_subscriptions(start, recorder):
    assert not start(subscription(enabled=False)).loaded
    assert recorder.scripts == []


def test_error_stops_later_subscriptions(start, recorder):
    wrong = subscription(mapping={"event": {"@unknown": 1}})
    instance = start(subscription(), wrong, subscription(), validation="browser")
    with pytest.raises(ConfigurationError):
        instance.deliver(TRACK)
    assert tracked(recorder) == ["E"]


def test_failed_start_fails_again_with_the_same_error():
    failing = RecordingPendo("initialize")
    instance = DestinationInstance(PENDO_WEB, SETTINGS, compile_plugins(PENDO_WEB, PENDO_WEB.presets), failing.connect)
    errors = []
    for _ in range(2):
        with pytest.raises(RuntimeError) as error:
            instance.load(StoredIdentity())
        errors.append(error.value)
    assert errors[0] is errors[1]
    assert len(failing.scripts) == 1
    with pytest.raises(RuntimeError, match=r"call load\(\) first"):
        instance.deliver(TRACK)


def test_second_start_has_no_effect(start, recorder):
    start().load(StoredIdentity(User("other")))
    assert (len(recorder.scripts), recorder.take()) == (1, [])


@pytest.mark.parametrize(
    ("integrations", "names"),
    [
        ({}, ["track", "identify"]),
        ({"All": False}, []),
        ({"All": False, "Pendo Web (actions)": True}, ["track", "identify"]),
        ({"Pendo Web (actions)": False}, []),
        ({"Pendo Web (actions) track": False}, ["identify"]),
        ({"Pendo Web (Actions)": False}, ["track", "identify"]),
    ],
)
def test_integrations_can_block_the_destination_or_one_action(start, recorder, integrations, names):
    instance = start(subscription(), subscription("identify", 'type = "track"', {"visitorId": "v"}))
    instance.deliver(TRACK | {"integrations": integrations})
    assert [call.method for call in recorder.take()] == names


def test_instance_uses_the_group_known_at_delivery(start, recorder):
    analytics = StoredIdentity()
    instance = start(analytics=analytics)
    analytics.update({"type": "group", "groupId": "g"})
    instance.deliver({"type": "identify", "userId": "u"})
    assert recorder.take()[0].args[0]["account"] == {"id": "g"}


def documents(number):
    preset = {"partnerAction": "track", "enabled": True, "subscribe": 'type = "track"', "mapping": {}}
    return SETTINGS | {"subscriptions": [preset] * number}


def test_at_most_fifty_subscriptions_are_accepted():
    assert find_configuration_problems(PENDO_WEB, documents(50)) == ()
    (problem,) = find_configuration_problems(PENDO_WEB, documents(51))
    assert (problem.path, "at most 50" in problem.message) == ("/subscriptions", True)


def test_every_settings_problem_is_listed_with_its_path():
    document = documents(2) | {"apiKey": 5, "regoin": "eu"}
    document["subscriptions"] = [
        document["subscriptions"][0] | {"subscribe": "type", "partnerAction": "trakc"},
        document["subscriptions"][1] | {"mapping": {"event": {"@pth": "$.event"}}},
    ]
    assert {problem.path for problem in find_configuration_problems(PENDO_WEB, document)} >= {
        "/apiKey",
        "/subscriptions/0/partnerAction",
        "/subscriptions/0/subscribe",
        "/subscriptions/1/mapping",
    }


def test_presets_are_used_without_subscriptions():
    assert read_configuration(PENDO_WEB, {"apiKey": "k"}).subscriptions == PENDO_WEB.presets
    assert read_configuration(PENDO_WEB, {"apiKey": "k", "subscriptions": []}).subscriptions == ()
