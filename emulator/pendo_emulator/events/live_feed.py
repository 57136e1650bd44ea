"""LiveFeed: the newest events of a key, which all streams of a process read together.

One stream reads the store for all streams, and one makes the messages for all streams with the same query.
"""

from __future__ import annotations

import time
from collections import deque
from itertools import takewhile
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from pendo_emulator.events.cursor import Cursor, cursor_of
from pendo_emulator.events.timeline_event import SHOWN, TimelineEvent, list_events
from pendo_emulator.storage.event_scan import Scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.events.query_language.query_filter import EventFilter
    from pendo_emulator.storage.store import Store

# In seconds: the store is read at most once in this time, so a stream gets at most this many pieces.
TICK: Final = 0.2
# Exchanges that are read at a time, and the share of a processor that reading may take: together with TICK they bound
# what open streams cost the process that records.
STEP: Final = 200
SHARE: Final = 0.03
# Bytes of one piece of a stream; the rest of the events follows in the next one.
PIECE_BYTES: Final = 256 * 1024
# The events in memory, and the characters of their texts.
MAX_EVENTS: Final = 5_000
MAX_CHARACTERS: Final = 4 * 1024 * 1024

_encode: Final = msgspec.json.Encoder().encode
# The length of an event with empty texts: a longer text than SHOWN makes it longer than both together.
_EMPTY: Final = len(_encode(TimelineEvent(0, 0, 0, "", "", "", "", "", "", "", "", "kept", True, 0, "", "")))  # noqa: FBT003 - by order


class Piece(NamedTuple):
    """The messages of some events as one text, and the position after them."""

    messages: bytes
    position: Cursor


def message_of(event: TimelineEvent) -> bytes:
    """Return an event as a server-sent event; JSON text contains no line ends."""
    identity, encoded = event.id.encode(), _encode(event)
    if len(encoded) <= _EMPTY + SHOWN:  # nothing to cut: much faster
        return b'id: %b\ndata: {"id":"%b",%b\n\n' % (identity, identity, encoded[1:])
    return b"id: %b\ndata: %b\n\n" % (identity, _encode(event.as_document()))


class LiveFeed:
    """The events of the exchanges with ids above `start` up to `head`, of one key or of all keys (None).

    Several threads read it. The first one that reads after TICK seconds continues reading the store.
    """

    def __init__(self, store: Store, api_key: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._api_key, self._clock = store, api_key, clock
        self._lock = Lock()
        self._events: deque[TimelineEvent] = deque()
        self._characters = 0
        # Whether the last read found events: then the next one probably does, and need not ask for the last id before.
        self._is_busy = False
        self._next_read = float("-inf")
        self.start = self.head = store.reader.last_id()
        # The pieces from `_shared_from` to `head` by the identity of the filter.
        self._shared_from = self.head
        self._shared: dict[object, Piece] = {}

    def after(self, position: Cursor, event_filter: EventFilter) -> Piece | None:
        """Return the next piece of a stream; None if the feed does not contain the events after the position.

        Raises StoreError if the store cannot be read.
        """
        with self._lock:
            if self._clock() >= self._next_read:
                started = time.thread_time()
                self._read()
                self._next_read = self._clock() + max(TICK, (time.thread_time() - started) / SHARE)
            if not self.start <= position.request - (position.index is not None) <= self.head:
                return None
            if position == Cursor(self.head):
                return Piece(b"", position)
            if position != Cursor(self._shared_from):
                return self._make_piece(position, event_filter)
            piece = self._shared.get(event_filter.identity)
            if piece is None:
                piece = self._shared[event_filter.identity] = self._make_piece(position, event_filter)
            return piece

    def _make_piece(self, position: Cursor, event_filter: EventFilter) -> Piece:
        piece = bytearray()
        for event in reversed(list(takewhile(position.is_before, reversed(self._events)))):
            if event_filter.matches(event):
                piece += message_of(event)
                if len(piece) > PIECE_BYTES:
                    return Piece(bytes(piece), cursor_of(event))
        return Piece(bytes(piece), Cursor(self.head) if self.head >= position.request else position)

    def _read(self) -> None:
        last = self.head if self._is_busy else self._store.reader.last_id()
        if last <= self.head and not self._is_busy:
            return
        rows = self._store.reader.scan(Scan(self._api_key, self.head, limit=STEP))
        self._is_busy = bool(rows)
        if last <= self.head and not rows:
            return
        for row in rows:
            for event in list_events(row):
                self._events.append(event)
                self._characters += _size(event)
        self._shared_from, self._shared = self.head, {}
        self.head = rows[-1].id if len(rows) == STEP else max(last, rows[-1].id if rows else 0)
        while len(self._events) > MAX_EVENTS or self._characters > MAX_CHARACTERS:
            dropped = self._events.popleft()
            self._characters -= _size(dropped)
            self.start = dropped.request


def _size(event: TimelineEvent) -> int:
    return len(event.type) + len(event.name or "") + len(event.visitor or "") + len(event.account or "")


class LiveFeeds:
    """The feeds that open streams use; a feed is dropped with its last stream."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._feeds: dict[str | None, tuple[LiveFeed, int]] = {}

    def open(self, api_key: str | None) -> LiveFeed:
        """Return the feed of a key; call `close` as often as `open`."""
        with self._lock:
            feed, streams = self._feeds.get(api_key) or (LiveFeed(self._store, api_key), 0)
            self._feeds[api_key] = feed, streams + 1
            return feed

    def close(self, api_key: str | None) -> None:
        """Drop the feed if no other stream uses it."""
        with self._lock:
            feed, streams = self._feeds.pop(api_key)
            if streams > 1:
                self._feeds[api_key] = feed, streams - 1
