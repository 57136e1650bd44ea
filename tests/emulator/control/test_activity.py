"""The activity counts a key's newest events by time, type and verdict."""

import pytest
import requests

from pendo_emulator.control.timeline.activity import MAX_TYPES, OTHERS, count_by_time
from pendo_emulator.control.timeline.recent_answers import MAX_ANSWERS, RecentAnswers
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
    activity = requests.get(url, timeout=30).json()
    assert (activity["events"], activity["complete"], total(activity["buckets"])) == (2, True, 2)
    broken = requests.get(url, params={"q": "is:broken", "buckets": 5}, timeout=30).json()
    assert [bucket["types"] for bucket in broken["buckets"]] == [{"load": {"broken": 1}}]
    assert requests.get(url, params={"q": "nmae:x"}, timeout=30).status_code == 400
    assert requests.get(url, params={"buckets": 0}, timeout=30).status_code == 400


def test_clients_that_accept_an_age_share_an_answer_until_the_key_is_cleared(pendo, send):
    url = f"{pendo.emulator.control_url}/keys/{pendo.api_key}"
    count = lambda **given: requests.get(f"{url}/activity", params=given, timeout=10).json()["events"]  # noqa: E731 - asked again
    send()
    assert count(max_age=60) == 1
    send()
    assert (count(max_age=60), count(max_age=60, buckets=2), count()) == (1, 2, 2)
    requests.delete(url, timeout=10)
    assert count(max_age=60) == 0


def test_answer_is_made_again_when_it_is_too_old():
    now, made = [0.0], []
    answers = RecentAnswers(clock=lambda: now[0])
    for now[0] in (0, 5, 10, 11, 12):
        answers.get("name", 10, lambda: made.append(now[0]))
    assert made == [0, 11]


def test_kept_answers_are_bounded():
    answers, made = RecentAnswers(), []
    for number in (0, *range(MAX_ANSWERS), 0, MAX_ANSWERS, 0, 1):
        answers.get(number, 1000, lambda number=number: made.append(number))
    assert made == [*range(MAX_ANSWERS), MAX_ANSWERS, 1]
