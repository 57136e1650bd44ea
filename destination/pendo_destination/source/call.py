"""Call: one request to the Tracking API: whose it is, and the events in it as they were sent."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from dataclasses import dataclass
from typing import Any, Final

from pendo_contracts import jzb
from pendo_destination.errors import DestinationError
from pendo_destination.javascript.values import text

# Documented: 32 KB a message, 500 KB a batch. Segment's libraries count 1,024 bytes to the KB.
MESSAGE_LIMIT: Final = 32 * 1024
BATCH_LIMIT: Final = 500 * 1024

TYPES: Final = ("identify", "track", "page", "screen", "group", "alias")
BATCH: Final = "batch"

# The words are documented (`import` once was); the letters are what Segment's library for browsers posts to.
KINDS: Final = {name: kind for kind in (*TYPES, BATCH) for name in (kind, kind[0])} | {"import": BATCH}


@dataclass(frozen=True, slots=True)
class Call:
    """What a request brought; `events` are not looked into yet."""

    write_key: str
    sent_at: Any
    events: tuple[Any, ...]


def inflate(body: bytes, encoding: str | None) -> bytes:
    """Unpack a request body to at most one byte more than any call may have; raises DestinationError."""
    if encoding in {None, "", "identity"}:
        return body
    if encoding != "gzip":
        raise DestinationError(
            f"the body is encoded as {encoding!r}; gzip or nothing is understood", kind="invalid_encoding"
        )
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(body)).read(BATCH_LIMIT + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DestinationError(f"the body is no gzip: {error}", kind="invalid_encoding") from error


def read_call(kind: str, body: bytes, user: str | None) -> Call:
    """Read a call of a kind (see KINDS); `user` is Basic authentication's.

    The write key is that user or stands in the body (documented); where both are given, the user counts (assumed).
    Raises DestinationError.
    """
    _check_size("the body", len(body), BATCH_LIMIT if kind == BATCH else MESSAGE_LIMIT)
    document = _parse(body)
    write_key = text(document.pop("writeKey", ""))
    events = _unpack(document) if kind == BATCH else (document | {"type": kind},)
    return Call(user or write_key, document.get("sentAt"), events)


def _parse(body: bytes) -> dict[str, Any]:
    try:
        document: Any = jzb.parse(body)
    except jzb.JzbError as error:
        raise DestinationError(str(error), kind="invalid_json") from error
    if not isinstance(document, dict):
        raise DestinationError("the body is no JSON object", kind="invalid_json")
    return document


def _unpack(document: dict[str, Any]) -> tuple[Any, ...]:
    """Take a batch apart; its `context` and `integrations` belong to every event in it (documented)."""
    events = document.get("batch")
    if not isinstance(events, list):
        raise DestinationError("`batch` must be a list of events", kind="invalid_request")
    for number, event in enumerate(events, 1):
        size = len(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
        _check_size(f"event {number} of the batch", size, MESSAGE_LIMIT)
    shared = {name: document[name] for name in ("context", "integrations") if isinstance(document.get(name), dict)}
    return tuple(_merge(shared, event) if isinstance(event, dict) else event for event in events)


def _merge(shared: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """Add what all events of a batch share; what an event says itself counts (assumed)."""
    return event | {name: {**value, **_object(event.get(name))} for name, value in shared.items()}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _check_size(what: str, size: int, limit: int) -> None:
    if size > limit:
        raise DestinationError(f"{what} has more than the {limit:,} bytes that it may have", kind="payload_too_large")
