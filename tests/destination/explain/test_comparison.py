"""Comparison: what is the same on both sides is no contrast, and every other thing is one."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_destination.agent.offline import OfflineTransport
from pendo_destination.browser.device import Setup
from pendo_destination.destinations.classic import Classic
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.explain.comparison import Contrast, compare, watch
from pendo_destination.explain.recorder import Call
from pendo_destination.javascript.difference import MISSING
from pendo_destination.runtime.definition import Subscription
from pendo_destination.runtime.instance import compile_plugins

EVENT = {"userId": "u", "anonymousId": "a"}
CLASSIC = partial(Classic, {"apiKey": "k"})
OPTIONS = {("/0/apiKey", MISSING, "k"), ("/0/usePendoAgentAPI", MISSING, True)}
CALLS = st.lists(st.builds(Call, st.sampled_from(["identify", "track"]), st.lists(st.integers(0, 2), max_size=2)))


def actions(*subscriptions):
    plugins = compile_plugins(PENDO_WEB, subscriptions or PENDO_WEB.presets)
    setup = Setup(PENDO_WEB, {"apiKey": "k", "region": "https://cdn.pendo.io"}, plugins, OfflineTransport(), "browser")
    return lambda connect: setup.install(connect)[0]


def contrasts(event):
    """What differs once both have started."""
    return list(compare(watch(actions(), EVENT | event).then, watch(CLASSIC, EVENT | event).then))


def told(event):
    return {(found.path, found.first, found.second) for found in contrasts(event)}


@given(CALLS)
def test_calls_do_not_differ_from_themselves(calls):
    assert list(compare(calls, calls)) == []


@given(CALLS, CALLS)
def test_what_differs_is_the_same_seen_from_either_side(first, second):
    def key(found):
        return repr(found)

    turned = [Contrast(c.kind, c.method, c.path, c.second, c.first) for c in compare(second, first)]
    assert sorted(compare(first, second), key=key) == sorted(turned, key=key)


@given(CALLS, CALLS)
def test_calls_that_are_not_the_same_differ(first, second):
    assert (first == second) == (list(compare(first, second)) == [])


def test_calls_in_another_order_are_said_to_be():
    track, identify = Call("track", ["E"]), Call("identify", [{}])
    assert list(compare([track, identify, track], [identify, track, track])) == [
        Contrast("order", "track", "", 1, 2),
        Contrast("order", "identify", "", 2, 1),
    ]


@pytest.mark.parametrize("kind", ["page", "alias"])
def test_both_do_nothing_with_what_neither_knows(kind):
    assert contrasts({"type": kind}) == []


def test_a_group_differs_in_what_the_classic_one_keeps_in_its_options_alone():
    group = {"type": "group", "groupId": "g", "traits": {"seats": 5, "parentAccount": {"id": "p"}}}
    assert told(group) == OPTIONS


def test_an_identify_differs_in_the_account_and_in_dates_among_the_traits():
    found = watch(CLASSIC, EVENT | {"type": "identify", "traits": {"since": "2026-01-02"}}).then[0].args[0]
    assert [
        (contrast.path, contrast.first, contrast.second)
        for contrast in contrasts({"type": "identify", "traits": {"since": "2026-01-02", "plan": "pro"}})
    ] == [
        ("/0/visitor/since", "2026-01-02", found["visitor"]["since"]),
        ("/0/apiKey", MISSING, "k"),
        ("/0/usePendoAgentAPI", MISSING, True),
        ("/0/account", MISSING, {"id": None}),
    ]


def test_a_track_is_a_call_of_the_actions_destination_alone():
    track = {"type": "track", "event": "Saved", "properties": {"plan": "pro"}}
    assert contrasts(track) == [Contrast("call", "track", "", ["Saved", {"plan": "pro"}], MISSING)]


def test_they_start_with_what_is_known_and_with_nothing():
    page = EVENT | {"type": "page"}
    assert watch(actions(), page).start == (Call("initialize", [{"visitor": {"id": "u"}}]),)
    assert watch(CLASSIC, page).start == (Call("initialize", [{"apiKey": "k", "usePendoAgentAPI": True}]),)


def test_what_keeps_a_destination_from_acting_is_said():
    broken = Subscription("track", "T", 'type = "track"', {"event": {"@pth": "x"}})
    assert "invalid directive" in watch(actions(broken), EVENT | {"type": "track"}).problem
    assert "traits must be an object" in watch(CLASSIC, EVENT | {"type": "identify", "traits": "text"}).problem
