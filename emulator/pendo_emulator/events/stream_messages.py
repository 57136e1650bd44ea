"""The messages of a stream: one for each event, or one for each request with its events, which is shorter."""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from pendo_contracts.common.safe_text import cut
from pendo_contracts.wire.region import locate
from pendo_emulator.events.cursor import cursor_of
from pendo_emulator.events.timeline_event import SHOWN, TimelineEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pendo_emulator.events.cursor import Cursor
    from pendo_emulator.storage.event_index import ScannedRow

# Events of one message about a request.
MAX_EVENTS: Final = 500
# In characters: the index of more than MAX_EVENTS events is longer, because each has at least ["","","","",true].
MAX_WHOLE: Final = MAX_EVENTS * 18

# What an event has for itself, in a message about a request.
ShortEvent: TypeAlias = "tuple[str, str | None, str | None, str | None, bool]"

_encode: Final = msgspec.json.Encoder().encode
# The length of an event with empty texts: a longer text than SHOWN makes it longer than both together.
_EMPTY: Final = len(_encode(TimelineEvent(0, 0, 0, "", "", "", "", "", "", "", "", "kept", True, 0, "", "")))  # noqa: FBT003 - by order
# In JSON without a backslash, each text that is too long has such a part.
_LONG_TEXT: Final = re.compile(rf'[^"]{{{SHOWN + 1}}}')


class RequestMessage(msgspec.Struct, frozen=True, gc=False):
    """Events of one request: `events` has type, name, visitor, account and whether the event is kept, from `first` on.

    None takes the place of an event that does not match the query. A request without events has an empty list.
    """

    request: int
    time: int
    key: str
    region: str
    host: str
    endpoint: str
    good: bool
    status: int
    fault: str
    rejection: str
    first: int
    events: msgspec.Raw | list[ShortEvent | None]


def write_messages(events: Iterable[TimelineEvent], *, by_request: bool) -> Iterator[tuple[Cursor, bytes]]:
    """Yield the messages about some events in their order, each with the position after it."""
    if not by_request:
        return ((cursor_of(event), _event_message(event)) for event in events)
    return _request_messages(events)


def whole_request_message(row: ScannedRow) -> bytes | None:
    """Return the message about all events of a row of the index, without decoding them.

    Return None for a row that `write_messages` must write: without events, with many, or with long texts.
    """
    events = row.events
    if len(events) > MAX_WHOLE or "\\" in events or _LONG_TEXT.search(events) or events == "[]":
        return None
    if max(len(row.api_key), len(row.endpoint)) > SHOWN:
        return None
    host = locate(row.url.partition("://")[2].partition("/")[0]).host
    message = RequestMessage(
        row.id, row.received_at, row.api_key, row.region, host, row.endpoint, bool(row.good), row.status, row.fault,
        row.rejection, 0, msgspec.Raw(events.encode()),
    )  # fmt: skip
    return b"id: %d\ndata: %b\n\n" % (row.id, _encode(message))


def _event_message(event: TimelineEvent) -> bytes:
    """Return an event as a server-sent event; JSON text contains no line ends."""
    identity, encoded = event.id.encode(), _encode(event)
    if len(encoded) <= _EMPTY + SHOWN:  # nothing to cut: much faster
        return b'id: %b\ndata: {"id":"%b",%b\n\n' % (identity, identity, encoded[1:])
    return b"id: %b\ndata: %b\n\n" % (identity, _encode(event.as_document()))


def _request_messages(events: Iterable[TimelineEvent]) -> Iterator[tuple[Cursor, bytes]]:
    for _, group in groupby(events, attrgetter("request")):
        ordered = list(group)
        for start in range(0, len(ordered), MAX_EVENTS):
            part = ordered[start : start + MAX_EVENTS]
            yield cursor_of(part[-1]), _request_message(part)


def _request_message(events: Sequence[TimelineEvent]) -> bytes:
    first, last = events[0], events[-1]
    short: list[ShortEvent | None] = []
    if first.index is not None and last.index is not None:
        short = [None] * (last.index - first.index + 1)
        for event in events:
            short[(event.index or 0) - first.index] = _shorten(event)
    message = RequestMessage(
        first.request, first.time, cut(first.key, SHOWN), first.region, cut(first.host, SHOWN),
        cut(first.endpoint, SHOWN), first.good, first.status, first.fault, first.rejection, first.index or 0, short,
    )  # fmt: skip
    return b"id: %b\ndata: %b\n\n" % (last.id.encode(), _encode(message))


def _shorten(event: TimelineEvent) -> ShortEvent:
    name, visitor, account = (text and cut(text, SHOWN) for text in (event.name, event.visitor, event.account))
    return cut(event.type, SHOWN), name, visitor, account, event.verdict == "kept"
