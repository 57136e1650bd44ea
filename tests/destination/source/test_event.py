from datetime import UTC, datetime, timedelta

import pytest

from pendo_destination.source.call import Call
from pendo_destination.source.event import EVENTS_LIMIT, Dropped, read_events

NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC)


def stamped(sent_at=None, **event):
    (read,) = read_events(Call("W", sent_at, ({"type": "page", "userId": "u"} | event,)), NOW)
    return read


@pytest.mark.parametrize(
    ("timestamp", "sent_at", "corrected"),
    [
        ("2026-01-02T03:00:00Z", "2026-01-02T03:04:05.678Z", "2026-01-02T03:00:00.000Z"),
        ("2026-01-02T04:00:00Z", "2026-01-02T04:04:05.678Z", "2026-01-02T03:00:00.000Z"),
        ("2026-01-02T04:00:00+01:00", "2026-01-02T03:04:05.678+00:00", "2026-01-02T03:00:00.000Z"),
        ("2026-01-02T03:00:00", "2026-01-02T03:04:05.678", "2026-01-02T03:00:00.000Z"),
        ("2020-01-01", None, "2020-01-01T00:00:00.000Z"),
        ("2020-01-01", "soon", "2020-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59Z", "2020-01-01T00:00:00Z", "9999-12-31T23:59:59.000Z"),
        ("0001-01-01T00:00:00+14:00", None, "2026-01-02T03:04:05.678Z"),
        (None, "2026-01-02T09:00:00Z", "2026-01-02T03:04:05.678Z"),
        ("yesterday", None, "2026-01-02T03:04:05.678Z"),
        (1767322800000, None, "2026-01-02T03:04:05.678Z"),
    ],
)
def test_a_timestamp_is_corrected_by_what_the_senders_clock_was_off(timestamp, sent_at, corrected):
    assert stamped(sent_at, timestamp=timestamp)["timestamp"] == corrected


def test_the_time_that_was_sent_and_the_time_of_receipt_are_kept():
    event = stamped("2026-01-02T04:04:05.678Z", timestamp="2026-01-02T04:00:00Z")
    assert (event["originalTimestamp"], event["receivedAt"]) == ("2026-01-02T04:00:00Z", "2026-01-02T03:04:05.678Z")


def test_an_event_without_an_id_gets_one_of_its_own():
    assert stamped(messageId="m")["messageId"] == "m"
    assert stamped()["messageId"] != stamped(messageId="")["messageId"]


def test_a_batch_has_2500_events_at_most_and_the_rest_is_dropped():
    events = ({"type": "page", "userId": "u"},) * (EVENTS_LIMIT + 2)
    read = list(read_events(Call("W", None, events), NOW))
    dropped = [isinstance(event, Dropped) for event in read]
    assert dropped == [False] * 2500 + [True] * 2


def test_what_happens_during_a_batch_keeps_its_distances():
    events = tuple({"type": "page", "userId": "u", "timestamp": f"2020-01-01T00:00:0{n}Z"} for n in range(3))
    read = read_events(Call("W", "2020-01-01T00:00:09Z", events), NOW)
    times = [datetime.fromisoformat(event["timestamp"]) for event in read]
    assert [time - times[0] for time in times] == [timedelta(seconds=n) for n in range(3)]
