"""Pendo Web (Actions) answers as Segment's published code does, and its runtime keeps its promises."""

import json
from pathlib import Path

import pytest

from pendo_destination.conformance.actions import judge
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.errors import ConfigurationError, DestinationError
from pendo_destination.explain.recorder import Spy
from pendo_destination.runtime.analytics import Analytics, Group, User
from pendo_destination.runtime.configuration import find_configuration_problems, read_configuration
from pendo_destination.runtime.definition import Subscription
from pendo_destination.runtime.instance import Instance, compile_plugins

FIXTURE = Path(__file__).parents[4] / "fixtures" / "segment" / "actions.json"
CASES = json.loads(FIXTURE.read_text("utf-8"))
SETTINGS = {"apiKey": "k", "region": "https://cdn.pendo.io"}
TRACK = {"type": "track", "event": "E", "properties": {"a": 1}, "anonymousId": "a"}


def subscription(action="track", subscribe='type = "track"', mapping=None, *, enabled=True):
    return Subscription(action, "", subscribe, mapping or {"event": {"@path": "$.event"}}, enabled)


@pytest.fixture
def spy():
    return Spy()


@pytest.fixture
def start(spy):
    def start_instance(*subscriptions, validation="documented", settings=SETTINGS, analytics=None):
        plugins = compile_plugins(PENDO_WEB, subscriptions or PENDO_WEB.presets)
        instance = Instance(PENDO_WEB, settings, plugins, spy.connect, validation)
        instance.load(analytics or Analytics())
        spy.take()
        return instance

    return start_instance


def tracked(spy):
    return [call.args[0] for call in spy.take() if call.method == "track"]


@pytest.mark.parametrize("group", sorted({case["group"] for case in CASES}))
def test_every_answer_is_the_published_one(group):
    cases = [case for case in CASES if case["group"] == group]
    assert [(case, found) for case in cases if (found := judge(case))] == []


def test_a_wrong_answer_is_noticed():
    case = json.loads(json.dumps(CASES[0]))
    case["expect"]["steps"][0]["calls"][0]["args"][0]["visitor"]["id"] = "wrong"
    assert judge(case).path == "/steps/0/calls/0/args/0/visitor/id"


def test_the_presets_send_each_event_by_one_call(start, spy):
    instance = start(analytics=Analytics(group=Group("known")))
    events = [
        TRACK,
        {"type": "identify", "userId": "u", "traits": {"plan": "pro", "id": "trait"}},
        {"type": "group", "userId": "u", "groupId": "g", "traits": {"seats": 5, "parentAccount": {"id": "p"}}},
    ]
    assert [instance.deliver(event) for event in events] == [1, 1, 1]
    assert spy.take() == [
        ("track", ["E", {"a": 1}]),
        ("identify", [{"visitor": {"plan": "pro", "id": "u"}, "account": {"id": "known"}}]),
        ("identify", [{"visitor": {"id": "u"}, "account": {"seats": 5, "id": "g"}, "parentAccount": {"id": "p"}}]),
    ]


@pytest.mark.parametrize("kind", ["page", "alias", "screen", "delete", None])
def test_the_presets_let_other_events_pass(start, spy, kind):
    assert start().deliver(TRACK | {"type": kind}) == 0
    assert spy.take() == []


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
def test_documented_validation_refuses_before_anything_is_sent(start, spy, event, field):
    with pytest.raises(DestinationError) as refused:
        start().deliver(event)
    assert [problem.path for problem in refused.value.problems] == [field]
    assert spy.take() == []
    assert start(validation="browser").deliver(event) == 1


def test_documented_validation_looks_at_all_payloads_first(start, spy):
    faulty = subscription(mapping={"event": {"@path": "$.missing"}})
    with pytest.raises(DestinationError):
        start(subscription(), faulty).deliver(TRACK)
    assert tracked(spy) == []
    assert start(subscription(), faulty, validation="browser").deliver(TRACK) == 2


def test_subscriptions_act_in_their_order_and_actions_in_the_definitions(start, spy):
    instance = start(
        subscription("identify", 'type = "track"', {"visitorId": "v"}),
        *(subscription(mapping={"event": name}) for name in ("first", "second")),
    )
    assert instance.deliver(TRACK) == 3
    assert [(call.method, call.args[0]) for call in spy.take()] == [
        ("track", "first"),
        ("track", "second"),
        ("identify", {"visitor": {"id": "v"}}),
    ]


def test_disabled_and_unknown_subscriptions_make_no_plugin(start):
    chosen = [subscription(), subscription("identify", enabled=False), subscription("page")]
    assert [plugin.name for plugin in start(*chosen).plugins] == ["Pendo Web (actions) track"]


def test_without_a_subscription_nothing_starts(start, spy):
    assert not start(subscription(enabled=False)).loaded
    assert spy.scripts == []


def test_a_trigger_that_cannot_be_read_never_matches(start, spy):
    assert start(subscription(subscribe="type =")).deliver(TRACK) == 0
    assert spy.take() == []


def test_an_error_stops_what_comes_after_it(start, spy):
    wrong = subscription(mapping={"event": {"@unknown": 1}})
    instance = start(subscription(), wrong, subscription(), validation="browser")
    with pytest.raises(ConfigurationError):
        instance.deliver(TRACK)
    assert tracked(spy) == ["E"]


def test_a_failed_start_fails_again_with_the_same_error():
    failing = Spy("initialize")
    instance = Instance(PENDO_WEB, SETTINGS, compile_plugins(PENDO_WEB, PENDO_WEB.presets), failing.connect)
    errors = []
    for _ in range(2):
        with pytest.raises(RuntimeError) as error:
            instance.load(Analytics())
        errors.append(error.value)
    assert errors[0] is errors[1]
    assert len(failing.scripts) == 1
    with pytest.raises(RuntimeError, match=r"call load\(\) first"):
        instance.deliver(TRACK)


def test_a_second_start_changes_nothing(start, spy):
    start().load(Analytics(User("other")))
    assert (len(spy.scripts), spy.take()) == (1, [])


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
def test_integrations_keep_an_event_from_the_destination_or_from_one_action(start, spy, integrations, names):
    instance = start(subscription(), subscription("identify", 'type = "track"', {"visitorId": "v"}))
    instance.deliver(TRACK | {"integrations": integrations})
    assert [call.method for call in spy.take()] == names


def test_an_instance_is_told_what_analytics_knows_when_the_event_comes(start, spy):
    analytics = Analytics()
    instance = start(analytics=analytics)
    analytics.observe({"type": "group", "groupId": "g"})
    instance.deliver({"type": "identify", "userId": "u"})
    assert spy.take()[0].args[0]["account"] == {"id": "g"}


def documents(number):
    listed = {"partnerAction": "track", "enabled": True, "subscribe": 'type = "track"', "mapping": {}}
    return SETTINGS | {"subscriptions": [listed] * number}


def test_fifty_subscriptions_are_taken_and_fifty_one_refused():
    assert find_configuration_problems(PENDO_WEB, documents(50)) == ()
    (problem,) = find_configuration_problems(PENDO_WEB, documents(51))
    assert (problem.place, "takes 50" in problem.message) == ("/subscriptions", True)


def test_every_problem_of_the_settings_is_listed_with_its_place():
    document = documents(2) | {"apiKey": 5, "regoin": "eu"}
    document["subscriptions"] = [
        document["subscriptions"][0] | {"subscribe": "type", "partnerAction": "trakc"},
        document["subscriptions"][1] | {"mapping": {"event": {"@pth": "$.event"}}},
    ]
    assert {problem.place for problem in find_configuration_problems(PENDO_WEB, document)} >= {
        "/apiKey",
        "/subscriptions/0/partnerAction",
        "/subscriptions/0/subscribe",
        "/subscriptions/1/mapping",
    }


def test_presets_stand_in_for_subscriptions_that_are_not_given():
    assert read_configuration(PENDO_WEB, {"apiKey": "k"}).subscriptions == PENDO_WEB.presets
    assert read_configuration(PENDO_WEB, {"apiKey": "k", "subscriptions": []}).subscriptions == ()
