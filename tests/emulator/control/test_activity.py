"""The activity counts a key's newest events by time, type and verdict."""

import pytest
import requests

from pendo_emulator.control.timeline.activity import MAX_TYPES, OTHERS, count_by_time
from pendo_emulator.events.timeline_event import TimelineEvent


def event(time, event_type="track", verdict="kept"):
    place = ("k", "eu", "data.eu.pendo.io", "ptm.gif")
    return TimelineEvent(1, 0, time, event_type, None, None, None, *place, verdict, verdict == "kept", 200, "", "")


def total(buckets):
    return sum(count for bucket in buckets for verdicts in bucket["types"].values() for count in verdicts.values())


@pytest.mark.parametrize("number", [1, 2, 7, 60])
@pytest.mark.parametrize("last", [0, 1, 6, 59, 60, 61, 10_000])
def test_every_event_is_in_one_step(number, last):
    width, buckets = count_by_time([event(last), event(last // 2), event(0)], number)
    assert total(buckets) == 3
    assert len(buckets) <= number
    assert [bucket["time"] for bucket in buckets] == [step * width for step in range(len(buckets))]


def test_rare_types_are_counted_as_others():
    events = [event(0, f"type {number}") for number in range(MAX_TYPES)] * 2 + [event(0, "rare 1"), event(0, "rare 2")]
    (_, (bucket,)) = count_by_time(events, 1)
    assert len(bucket["types"]) == MAX_TYPES + 1
    assert bucket["types"][OTHERS] == {"kept": 2}


def test_query_selects_the_counted_events(pendo, send):
    send()
    send(visitor_id=5)
    url = f"{pendo.emulator.control_url}/keys/{pendo.api_key}/activity"
    activity = requests.get(url, timeout=5).json()
    assert (activity["events"], activity["complete"], total(activity["buckets"])) == (2, True, 2)
    broken = requests.get(url, params={"q": "is:broken", "buckets": 5}, timeout=5).json()
    assert [bucket["types"] for bucket in broken["buckets"]] == [{"load": {"broken": 1}}]
    assert requests.get(url, params={"q": "nmae:x"}, timeout=5).status_code == 400
    assert requests.get(url, params={"buckets": 0}, timeout=5).status_code == 400
