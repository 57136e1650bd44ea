"""Triggers and mappings of subscriptions, valid and invalid, work as in Segment's runtime."""

import pytest

from pendo_destination.conformance.actions import judge
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.errors import ConfigurationError
from pendo_destination.runtime.configuration import find_configuration_problems
from pendo_destination.runtime.definition import Subscription
from tests.destination.destinations.pendo_web.subscription_documents import SETTINGS, TRACK, subscription


def test_disabled_and_unknown_subscriptions_have_no_plugin(start):
    chosen = [subscription(), subscription("identify", enabled=False), subscription("page")]
    assert [plugin.name for plugin in start(*chosen).plugins] == ["Pendo Web (actions) track"]


def test_invalid_trigger_never_matches(start, recorder):
    assert start(subscription(subscribe="type =")).deliver(TRACK) == 0
    assert recorder.take() == []


@pytest.mark.parametrize("trigger", [None, 5, {}, [], True, ["type"], ""])
def test_trigger_that_is_not_text_never_matches(start, trigger):
    document = {"partnerAction": "track", "enabled": True, "subscribe": trigger, "mapping": {}}
    assert start(Subscription.from_json(document), validation="browser").deliver(TRACK) == 0
    problems = find_configuration_problems(PENDO_WEB, SETTINGS | {"subscriptions": [document]})
    assert {problem.path for problem in problems} == {"/subscriptions/0/subscribe"}


@pytest.mark.parametrize(
    ("trigger", "fails"),
    [
        ('type = "track" and ()', True),
        ('() or type = "track"', True),
        ('type = "track" or ()', False),
        ('type = "page" and ()', False),
        ('properties.\\. = 1 or type = "track"', True),
        ('contains(properties.\\., "a")', True),
    ],
)
def test_unevaluable_trigger_fails_for_events_that_reach_it(start, trigger, fails):
    instance = start(subscription(subscribe=trigger), validation="browser")
    if fails:
        with pytest.raises(ConfigurationError):
            instance.deliver(TRACK)
    else:
        instance.deliver(TRACK)
    document = {"partnerAction": "track", "enabled": True, "subscribe": trigger, "mapping": {}}
    (problem,) = find_configuration_problems(PENDO_WEB, SETTINGS | {"subscriptions": [document]})
    assert (problem.path, problem.message.startswith("column ")) == ("/subscriptions/0/subscribe", True)


@pytest.mark.parametrize(("enabled", "active"), [("false", True), ([], True), ({}, True), (0, False), ("", False)])
def test_enabled_is_converted_to_a_boolean_like_in_javascript(enabled, active):
    document = {"partnerAction": "track", "enabled": enabled, "subscribe": 'type = "track"'}
    assert Subscription.from_json(document).enabled == active


@pytest.mark.parametrize("document", [None, 5, "text", []])
def test_subscription_that_is_not_an_object_is_disabled(document):
    assert not Subscription.from_json(document).enabled
    (problem,) = find_configuration_problems(PENDO_WEB, SETTINGS | {"subscriptions": [document]})
    assert problem.path == "/subscriptions/0"


@pytest.mark.parametrize(("mapping", "performed"), [(None, 1), ([], 1), ("text", 1), (5, 1), (False, 1)])
def test_mapping_that_is_not_an_object_is_spread(start, mapping, performed):
    document = {"partnerAction": "group", "enabled": True, "subscribe": 'type = "track"', "mapping": mapping}
    assert start(Subscription.from_json(document), validation="browser").deliver(TRACK) == performed


def test_mapping_without_a_result_is_a_configuration_error(start):
    root = {"__segment_internal_directive": {"@arrayPath": ["$.missing"]}}
    with pytest.raises(ConfigurationError, match="has no fields"):
        start(subscription(mapping=root), validation="browser").deliver(TRACK)


@pytest.mark.parametrize("missing", ["subscriptions", "analytics", "events"])
def test_optional_members_of_a_case_may_be_missing(missing):
    case = {"id": "c", "settings": SETTINGS, "subscriptions": [], "analytics": {}, "events": [TRACK],
            "expect": {"plugins": [], "steps": [], "scripts": []}}  # fmt: skip
    del case[missing]
    assert judge(case) is None
    assert judge(case | {missing: None}) is None
