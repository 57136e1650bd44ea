"""Event: what Segment makes of an event as it comes in: a time by its own clock, an id, or a reason to drop it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from pendo_destination.source.call import TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from pendo_destination.runtime.instance import Event
    from pendo_destination.source.call import Call

EVENTS_LIMIT: Final = 2_500

_MISSING: Final = (None, "")


@dataclass(frozen=True, slots=True)
class Dropped:
    """An event that Segment acknowledges and drops, and why."""

    reason: str


def read_events(call: Call, received_at: datetime) -> Iterator[Event | Dropped]:
    """Give every event of a call its id and its time, or a reason to drop it.

    Documented: such events are answered with 200 nevertheless, and so are those beyond 2,500 in a batch.
    """
    sent_at = _time(call.sent_at)
    for number, event in enumerate(call.events):
        reason = f"a batch has {EVENTS_LIMIT:,} events at most" if number >= EVENTS_LIMIT else _fault(event)
        yield Dropped(reason) if reason else _stamp(event, sent_at, received_at)


def is_bundled(event: Event, destination: str) -> bool:
    """Tell whether the page that sent an event had the destination in device mode, as `_metadata` says (observed)."""
    metadata = event.get("_metadata")
    bundled = metadata.get("bundled") if isinstance(metadata, dict) else None
    return isinstance(bundled, list) and destination in bundled


def _fault(event: Any) -> str | None:
    """Say what makes an event unacceptable: all documented."""
    if not isinstance(event, dict):
        return "the event is no JSON object"
    if event.get("type") not in TYPES:
        return f"`type` must be one of {', '.join(TYPES)}"
    if event.get("userId") in _MISSING and event.get("anonymousId") in _MISSING:
        return "`userId` or `anonymousId` is required"
    if event["type"] == "track" and event.get("event") in _MISSING:
        return "a track needs an `event`"
    return None


def _stamp(event: Event, sent_at: datetime | None, received_at: datetime) -> Event:
    """Fill in id and times.

    Documented: `timestamp` is what the sender's clock said, corrected by how much that clock was off when it sent; an
    event without one happens as it is received. Without a `sentAt` nothing is corrected (assumed).
    """
    original = _time(event.get("timestamp"))
    happened_at = original or received_at
    if original and sent_at:
        happened_at = _shift(original, received_at - sent_at)
    stamps = {
        "messageId": event.get("messageId") or f"api-{uuid4()}",
        "timestamp": _write(happened_at),
        "receivedAt": _write(received_at),
    }
    kept = {"originalTimestamp": event["timestamp"]} if original else {}
    return event | stamps | kept


def _time(text: Any) -> datetime | None:
    """Read ISO 8601, without an offset as UTC; None for anything else."""
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


def _write(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
