"""Equal calls have no differences, and every inequality is reported as a difference."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_destination.agent.offline_transport import OfflineTransport
from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations.classic import ClassicIntegration
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.explain.destination_comparison import CallDifference, compare, observe
from pendo_destination.javascript.difference import MISSING
from pendo_destination.runtime.definition import Subscription
from pendo_destination.runtime.destination_instance import compile_plugins
from pendo_destination.runtime.recording_pendo import Call

EVENT = {"userId": "u", "anonymousId": "a"}
CLASSIC = partial(ClassicIntegration, {"apiKey": "k"})
OPTIONS = {("/0/apiKey", MISSING, "k"), ("/0/usePendoAgentAPI", MISSING, True)}
CALLS = st.lists(st.builds(Call, st.sampled_from(["identify", "track"]), st.lists(st.integers(0, 2), max_size=2)))


def actions(*subscriptions):
    plugins = compile_plugins(PENDO_WEB, subscriptions or PENDO_WEB.presets)
    config = SiteConfig(
        PENDO_WEB, {"apiKey": "k", "region": "https://cdn.pendo.io"}, plugins, OfflineTransport(), "browser"
    )
    return lambda connect: config.install(connect)[0]


def differences_of(event):
    """The differences after start-up."""
    return list(compare(observe(actions(), EVENT | event).on_event, observe(CLASSIC, EVENT | event).on_event))


def argument_differences(event):
    return {(difference.path, difference.first, difference.second) for difference in differences_of(event)}


@given(CALLS)
def test_equal_calls_have_no_difference(calls):
    assert list(compare(calls, calls)) == []


@given(CALLS, CALLS)
def test_comparison_is_symmetric(first, second):
    mirrored = [CallDifference(c.kind, c.method, c.path, c.second, c.first) for c in compare(second, first)]
    assert sorted(compare(first, second), key=repr) == sorted(mirrored, key=repr)


@given(CALLS, CALLS)
def test_calls_differ_exactly_if_they_are_unequal(first, second):
    assert (first == second) == (list(compare(first, second)) == [])


def test_different_order_is_a_difference():
    track, identify = Call("track", ["E"]), Call("identify", [{}])
    assert list(compare([track, identify, track], [identify, track, track])) == [
        CallDifference("order", "track", "", 1, 2),
        CallDifference("order", "identify", "", 2, 1),
    ]


@pytest.mark.parametrize("kind", ["page", "alias"])
def test_unsupported_event_types_make_no_difference(kind):
    assert differences_of({"type": kind}) == []


def test_group_differs_only_in_options_that_classic_keeps():
    group = {"type": "group", "groupId": "g", "traits": {"seats": 5, "parentAccount": {"id": "p"}}}
    assert argument_differences(group) == OPTIONS


def test_identify_differs_in_account_and_dates():
    options = observe(CLASSIC, EVENT | {"type": "identify", "traits": {"since": "2026-01-02"}}).on_event[0].args[0]
    assert [
        (difference.path, difference.first, difference.second)
        for difference in differences_of({"type": "identify", "traits": {"since": "2026-01-02", "plan": "pro"}})
    ] == [
        ("/0/visitor/since", "2026-01-02", options["visitor"]["since"]),
        ("/0/apiKey", MISSING, "k"),
        ("/0/usePendoAgentAPI", MISSING, True),
        ("/0/account", MISSING, {"id": None}),
    ]


def test_track_is_called_only_by_actions():
    track = {"type": "track", "event": "Saved", "properties": {"plan": "pro"}}
    assert differences_of(track) == [CallDifference("call", "track", "", ["Saved", {"plan": "pro"}], MISSING)]


def test_actions_starts_with_the_visitor_and_classic_without():
    page = EVENT | {"type": "page"}
    assert observe(actions(), page).on_start == (Call("initialize", [{"visitor": {"id": "u"}}]),)
    assert observe(CLASSIC, page).on_start == (Call("initialize", [{"apiKey": "k", "usePendoAgentAPI": True}]),)


def test_problem_says_why_a_destination_failed():
    broken = Subscription("track", "T", 'type = "track"', {"event": {"@pth": "x"}})
    assert "invalid directive" in observe(actions(broken), EVENT | {"type": "track"}).problem
    assert "traits must be an object" in observe(CLASSIC, EVENT | {"type": "identify", "traits": "text"}).problem
