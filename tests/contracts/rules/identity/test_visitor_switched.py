"""A known visitor who becomes another known visitor within a page is found, in the order of `sequence`."""

from itertools import permutations

import pytest

from tests.contracts.rules.session_builder import (
    OTHER_FRAME,
    TIME,
    beacon,
    broken_rules,
    event,
    identify,
    meta,
    track,
    webhook,
)

ANONYMOUS = "_PENDO_T_QLNwO3VnijXxcKFX"
SWITCH = {"visitor-switched"}


@pytest.mark.parametrize(
    "second",
    [
        identify("grace", number=1), identify("grace", "ada", number=1),
        meta({"id": "grace"}, number=1, visitor_id="grace"),
        track(number=1, visitor_id="grace"), event(number=1, visitor_id="grace"),
    ],
)  # fmt: skip
def test_switch_is_found_in_each_type_of_event(second):
    assert broken_rules(beacon(event()), beacon(second)) == SWITCH
    assert broken_rules(beacon(event(), second)) == SWITCH


def test_order_of_arrival_does_not_matter():
    requests = [
        beacon(event(number=1)),
        beacon(track(number=2, visitor_id="grace")),
        beacon(track(number=3, visitor_id="grace")),
    ]
    for order in permutations(requests):
        assert broken_rules(*order) == SWITCH
    before = beacon(event(number=0, visitor_id=ANONYMOUS))
    for order in permutations([before, *requests]):
        assert broken_rules(*order) == SWITCH


def test_anonymous_visitor_between_is_no_switch_in_any_order():
    requests = [
        beacon(event()),
        beacon(track(number=1, visitor_id=ANONYMOUS)),
        beacon(track(number=2, visitor_id="grace")),
    ]
    for order in permutations(requests):
        assert broken_rules(*order) == set()


def test_identify_from_an_anonymous_visitor_is_no_switch_in_any_order():
    requests = [
        beacon(event()),
        beacon(identify("grace", ANONYMOUS, number=1)),
        beacon(track(number=2, visitor_id="grace")),
    ]
    for order in permutations(requests):
        assert broken_rules(*order) == set()


def test_late_event_of_the_first_visitor_is_no_second_switch():
    late = beacon(track(number=1))
    assert broken_rules(beacon(event()), beacon(identify("grace", ANONYMOUS, number=2)), late) == set()


def test_other_pages_keys_and_the_webhook_are_not_compared():
    assert (
        broken_rules(beacon(event()), beacon(event(visitor_id="grace", frameId=OTHER_FRAME, browser_time=TIME + 9)))
        == set()
    )
    assert broken_rules(beacon(event()), beacon(event(visitor_id="grace", number=1), key="k2")) == set()
    assert broken_rules(beacon(event()), webhook(userId="grace")) == set()
