"""The rules about the numbers of events: missing events, events that arrive again, and events of two agents."""

import base64
import json
import zlib
from itertools import permutations

import pytest

from tests.contracts.rules.session_builder import (
    KEY,
    OTHER_FRAME,
    TIME,
    beacon,
    broken_rules,
    event,
    findings,
    guides,
    identify,
    meta,
    request,
    server_track,
    track,
)  # fmt: skip

MISSING, TWICE, AGAIN = {"events-missing"}, {"sent-twice"}, {"resent"}


def page(*numbers, **members):
    return [beacon(event(number=number, **members)) for number in numbers]


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ((0, 1, 2), set()), ((5, 6, 7), set()), ((0, 2), MISSING), ((2, 0), MISSING), ((2, 0, 1), set()),
        ((0, 900), MISSING),
        ((3,), set()), ((0, 1, 1, 2), set()), ((0, 2, 1.0), set()),
    ],
)  # fmt: skip
def test_number_between_the_lowest_and_the_highest_is_missing(numbers, found):
    assert broken_rules(*page(*numbers)) == found
    assert broken_rules(beacon(*(event(number=number) for number in numbers))) == found


def test_order_of_arrival_does_not_matter():
    for order in permutations([0, 1, 2, 4]):
        (finding,) = findings(*page(*order))
        assert "sequence 3" in finding.message


def test_all_queues_share_the_numbers():
    endpoints = ("ptm.gif", "agentic.gif", "guide.gif", "poll.gif")
    parts = [beacon(event(number=number), endpoint=endpoint) for number, endpoint in enumerate(endpoints)]
    assert broken_rules(*parts, beacon(track(number=4), post=True)) == set()
    for missing in range(1, 3):
        assert broken_rules(*parts[:missing], *parts[missing + 1 :]) == MISSING


def test_pages_and_keys_have_their_own_numbers():
    assert broken_rules(*page(0, 1), *page(4, 5, frameId=OTHER_FRAME)) == set()
    assert broken_rules(beacon(event(number=0)), beacon(event(number=2), key="k2")) == set()


def test_retry_fills_the_gap():
    assert broken_rules(*page(0, 2), *page(1), *page(2)) == set()


def test_numbers_of_a_replay_are_not_those_of_events():
    replay = {
        "type": "recording",
        "visitorId": "ada",
        "accountId": "acme",
        "frameId": event()["frameId"],
        "sequence": 900,
    }
    recorded = request("POST", f"https://data.pendo.io/data/rec/{KEY}?v=2.291.4_prod&ct={TIME}")
    assert broken_rules(*page(0, 1), recorded | {"body_base64": packed(replay)}) == set()
    assert broken_rules(*page(0, 1), guides(sequence=9), server_track(sequence=9)) == set()


def packed(value):
    """Compress a value as a replay is sent."""
    return base64.b64encode(zlib.compress(json.dumps(value).encode())).decode()


def test_event_that_arrives_again_is_a_note():
    (finding,) = findings(*page(0), *page(0))
    assert (finding.rule, finding.severity) == ("resent", "note")
    assert broken_rules(*page(0), *page(1), *page(0, frameId=OTHER_FRAME, browser_time=TIME + 9), notes=True) == set()
    assert broken_rules(*page(0), beacon(event(), key="k2"), notes=True) == set()
    assert broken_rules(beacon(event(), event()), notes=True) == AGAIN


@pytest.mark.parametrize(
    "sent",
    [
        event(),
        meta(),
        identify("ada"),
        track(props={"b": 1, "a": [1, {"y": 2, "x": 1.0}]}),
        event(visitor_id="_PENDO_T_x"),
    ],
)
def test_same_event_from_another_place_is_found(sent):
    again = dict(reversed(sent.items()))
    again["props"] = dict(reversed(sent["props"].items()))
    for other in ({"frameId": OTHER_FRAME}, {"sequence": 1}, {"frameId": OTHER_FRAME, "sequence": 7, "tabId": "x"}):
        assert broken_rules(beacon(sent), beacon(again | other)) == TWICE
        assert broken_rules(beacon(sent, again | other)) == TWICE


@pytest.mark.parametrize(
    "other",
    [
        {"browser_time": TIME + 1}, {"type": "click"}, {"visitor_id": "grace"}, {"props": {"load_time": 284.4}},
        {"props": {"load_time": "284.3"}}, {"props": {}}, {"props": {"load_time": 284.3, "x": None}},
    ],
)  # fmt: skip
def test_event_that_differs_is_not_the_same(other):
    assert broken_rules(beacon(event()), beacon(event(**{"frameId": OTHER_FRAME} | other))) == set()


def test_numbers_are_compared_by_value_and_not_with_text():
    def pair(first, second):
        return broken_rules(beacon(track(props={"n": first})), beacon(track(props={"n": second}, frameId=OTHER_FRAME)))

    assert pair(1, 1.0) == pair([2.0], [2]) == TWICE
    assert pair(1, "1") == pair(1, [1]) == pair(None, 0) == pair({}, []) == pair(1.0, 1.5) == set()


def test_same_event_of_two_keys_or_with_another_name_is_not_twice():
    assert broken_rules(beacon(event()), beacon(event(frameId=OTHER_FRAME), key="k2")) == set()
    assert broken_rules(beacon(track("A")), beacon(track("B", frameId=OTHER_FRAME))) == set()


def test_retry_is_not_sent_twice():
    assert broken_rules(*page(0), *page(0), *page(0)) == set()
