"""Reads a request to the Tracking API: its write key and the events in it."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from dataclasses import dataclass
from typing import Any, Final

from pendo_contracts.wire import jzb
from pendo_destination.errors import DestinationError
from pendo_destination.javascript.values import text

# Bytes (documented): 32 KB for a message, 500 KB for a batch. Segment's libraries count 1,024 bytes to the KB.
MESSAGE_LIMIT: Final = 32 * 1024
BATCH_LIMIT: Final = 500 * 1024

TYPES: Final = ("identify", "track", "page", "screen", "group", "alias")
BATCH: Final = "batch"

# The kind of call for each path below /v1/. The words are documented (`import` in older documentation). Segment's
# library for browsers uses the letters.
KINDS: Final = {name: kind for kind in (*TYPES, BATCH) for name in (kind, kind[0])} | {"import": BATCH}


@dataclass(frozen=True, slots=True)
class TrackingCall:
    """A request to the Tracking API; its `events` are not validated yet."""

    write_key: str
    sent_at: Any
    events: tuple[Any, ...]


def decompress(body: bytes, encoding: str | None) -> bytes:
    """Decompress a request body, up to one byte more than the limit of a batch; raise DestinationError if it fails."""
    if encoding in {None, "", "identity"}:
        return body
    if encoding != "gzip":
        message = f"the content encoding {encoding!r} is not supported; use gzip or none"
        raise DestinationError(message, kind="invalid_encoding")
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(body)).read(BATCH_LIMIT + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DestinationError(f"the body is not valid gzip: {error}", kind="invalid_encoding") from error


def read_call(kind: str, body: bytes, user: str | None) -> TrackingCall:
    """Read a call; `kind` is a value of KINDS, `user` the user name of Basic authentication.

    The write key is that user or is in the body (documented); the user takes precedence (assumed).
    Raises DestinationError.
    """
    _check_size("the body", len(body), BATCH_LIMIT if kind == BATCH else MESSAGE_LIMIT)
    document = _parse(body)
    write_key = text(document.pop("writeKey", ""))
    events = _batch_events(document) if kind == BATCH else (document | {"type": kind},)
    return TrackingCall(user or write_key, document.get("sentAt"), events)


def _parse(body: bytes) -> dict[str, Any]:
    try:
        document: Any = jzb.parse(body)
    except jzb.JzbError as error:
        raise DestinationError(str(error), kind="invalid_json") from error
    if not isinstance(document, dict):
        raise DestinationError("the body must be a JSON object", kind="invalid_json")
    return document


def _batch_events(document: dict[str, Any]) -> tuple[Any, ...]:
    """Return the events of a batch; its `context` and `integrations` apply to each of them (documented)."""
    events = document.get("batch")
    if not isinstance(events, list):
        raise DestinationError("`batch` must be a list of events", kind="invalid_request")
    for number, event in enumerate(events, 1):
        size = len(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
        _check_size(f"event {number} of the batch", size, MESSAGE_LIMIT)
    shared = {name: document[name] for name in ("context", "integrations") if isinstance(document.get(name), dict)}
    return tuple(_merge_shared(shared, event) if isinstance(event, dict) else event for event in events)


def _merge_shared(shared: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """Merge the batch's members into an event; the event's own values take precedence (assumed)."""
    return event | {name: {**value, **_as_object(event.get(name))} for name, value in shared.items()}


def _as_object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _check_size(part: str, size: int, limit: int) -> None:
    if size > limit:
        raise DestinationError(f"{part} is larger than the limit of {limit:,} bytes", kind="payload_too_large")
