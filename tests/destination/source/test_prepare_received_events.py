from datetime import UTC, datetime, timedelta

import pytest

from pendo_destination.source.prepare_received_events import MAX_BATCH_EVENTS, DroppedEvent, prepare_received_events
from pendo_destination.source.tracking_call import TrackingCall

NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC)


def receive_event(sent_at=None, **event):
    (read,) = prepare_received_events(TrackingCall("W", sent_at, ({"type": "page", "userId": "u"} | event,)), NOW)
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
def test_timestamp_is_corrected_by_the_senders_clock_error(timestamp, sent_at, corrected):
    assert receive_event(sent_at, timestamp=timestamp)["timestamp"] == corrected


def test_original_and_received_times_are_kept():
    event = receive_event("2026-01-02T04:04:05.678Z", timestamp="2026-01-02T04:00:00Z")
    assert (event["originalTimestamp"], event["receivedAt"]) == ("2026-01-02T04:00:00Z", "2026-01-02T03:04:05.678Z")


def test_event_without_id_gets_a_new_one():
    assert receive_event(messageId="m")["messageId"] == "m"
    assert receive_event()["messageId"] != receive_event(messageId="")["messageId"]


def test_events_beyond_2500_in_a_batch_are_dropped():
    events = ({"type": "page", "userId": "u"},) * (MAX_BATCH_EVENTS + 2)
    read = list(prepare_received_events(TrackingCall("W", None, events), NOW))
    dropped = [isinstance(event, DroppedEvent) for event in read]
    assert dropped == [False] * 2500 + [True] * 2


def test_time_differences_within_a_batch_are_kept():
    events = tuple({"type": "page", "userId": "u", "timestamp": f"2020-01-01T00:00:0{n}Z"} for n in range(3))
    read = prepare_received_events(TrackingCall("W", "2020-01-01T00:00:09Z", events), NOW)
    times = [datetime.fromisoformat(event["timestamp"]) for event in read]
    assert [time - times[0] for time in times] == [timedelta(seconds=n) for n in range(3)]
