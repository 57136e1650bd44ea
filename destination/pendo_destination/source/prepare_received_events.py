"""Prepares received events like Segment: each event gets an id and a corrected time, or a reason to drop it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from pendo_destination.source.tracking_call import TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from pendo_destination.runtime.definition import Event
    from pendo_destination.source.tracking_call import TrackingCall

MAX_BATCH_EVENTS: Final = 2_500

_MISSING: Final = (None, "")


@dataclass(frozen=True, slots=True)
class DroppedEvent:
    """An event that Segment acknowledges and drops, with the reason."""

    reason: str


def prepare_received_events(call: TrackingCall, received_at: datetime) -> Iterator[Event | DroppedEvent]:
    """Yield each event of a call with an id and times, or as dropped.

    Segment answers 200 also for dropped events. Events beyond 2,500 in a batch are dropped (documented).
    """
    sent_at = _parse_time(call.sent_at)
    for number, event in enumerate(call.events):
        reason = (
            _drop_reason(event) if number < MAX_BATCH_EVENTS else f"a batch has at most {MAX_BATCH_EVENTS:,} events"
        )
        yield DroppedEvent(reason) if reason else _add_id_and_times(event, sent_at, received_at)


def is_bundled(event: Event, destination: str) -> bool:
    """Return whether the page that sent an event had the destination in device mode, as `_metadata` says (observed)."""
    metadata = event.get("_metadata")
    bundled = metadata.get("bundled") if isinstance(metadata, dict) else None
    return isinstance(bundled, list) and destination in bundled


def _drop_reason(event: Any) -> str | None:
    """Return the reason why Segment drops an event, or None (documented)."""
    if not isinstance(event, dict):
        return "the event is not a JSON object"
    if event.get("type") not in TYPES:
        return f"`type` must be one of {', '.join(TYPES)}"
    if event.get("userId") in _MISSING and event.get("anonymousId") in _MISSING:
        return "`userId` or `anonymousId` is required"
    if event["type"] == "track" and event.get("event") in _MISSING:
        return "a track event needs an `event`"
    return None


def _add_id_and_times(event: Event, sent_at: datetime | None, received_at: datetime) -> Event:
    """Add the id and the times of an event.

    `timestamp` is the sender's time, corrected by the error of the sender's clock at `sentAt`. If the event has no
    timestamp, it is the time of receipt (documented). Without `sentAt` the sender's time is not corrected (assumed).
    """
    original = _parse_time(event.get("timestamp"))
    timestamp = original or received_at
    if original and sent_at:
        timestamp = _shift(original, received_at - sent_at)
    added = {
        "messageId": event.get("messageId") or f"api-{uuid4()}",
        "timestamp": _format_time(timestamp),
        "receivedAt": _format_time(received_at),
    }
    original_timestamp = {"originalTimestamp": event["timestamp"]} if original else {}
    return event | added | original_timestamp


def _parse_time(text: Any) -> datetime | None:
    """Parse ISO 8601, as UTC if it has no offset; None for any other value."""
    try:
        return _as_utc(datetime.fromisoformat(text))
    except (TypeError, ValueError, OverflowError):
        return None


def _as_utc(time: datetime) -> datetime:
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _shift(time: datetime, by: timedelta) -> datetime:
    try:
        return time + by
    except OverflowError:
        return time


def _format_time(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
