"""LiveFeed: the newest events of a key, which all streams of a process read together.

One stream reads the store for all streams, and one makes the messages for all streams with the same query.
"""

from __future__ import annotations

import time
from collections import deque
from itertools import takewhile
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_emulator.events.cursor import Cursor
from pendo_emulator.events.stream_messages import whole_request_message, write_messages
from pendo_emulator.events.timeline_event import list_events
from pendo_emulator.storage.event_scan import Scan, read_index_row
from pendo_emulator.storage.storable_text import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pendo_emulator.events.query_language.query_filter import EventFilter
    from pendo_emulator.storage.event_index import ScannedRow
    from pendo_emulator.storage.store import Store

# In seconds: a feed is read at most once in this time, so a stream gets at most this many pieces.
TICK: Final = 0.2
# Exchanges that are read at a time, and the share of a processor that reading and writing messages may take: together
# with TICK they bound what open streams cost the process that records.
STEP: Final = 400
SHARE: Final = 0.03
# Bytes of one piece of a stream; the rest of the events follows in the next one.
PIECE_BYTES: Final = 256 * 1024
# The exchanges in memory, and the characters of their rows.
MAX_ROWS: Final = 5_000
MAX_CHARACTERS: Final = 4 * 1024 * 1024


class Piece(NamedTuple):
    """The messages of some events as one text, and the position after them."""

    messages: bytes
    position: Cursor


class LiveFeed:
    """The events of the exchanges with ids above `start` up to `head`, of one key or of all keys (None).

    Several threads read it. The first one that reads after TICK seconds continues reading: the rows that this process
    wrote last, or else the store.
    """

    def __init__(self, store: Store, api_key: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._api_key, self._clock = store, api_key, clock
        self._recent = store.writer.recent_rows
        self._stored_key = None if api_key is None else storable(api_key)
        self._lock = Lock()
        self._rows: deque[ScannedRow] = deque()
        self._characters = 0
        # Whether the last read found events: then the next one probably does, and need not ask for the last id before.
        self._is_busy = False
        # When the last read began, and the seconds of a processor that the feed has used since then.
        self._read_at, self._used = float("-inf"), 0.0
        self.start = self.head = store.reader.last_id()
        # The pieces from `_shared_from` to `head` by the identity of the filter and the form of the messages.
        self._shared_from = self.head
        self._shared: dict[object, Piece] = {}

    def after(self, position: Cursor, event_filter: EventFilter, *, by_request: bool = False) -> Piece | None:
        """Return the next piece of a stream; None if the feed does not contain the events after the position.

        Raises StoreError if the store cannot be read.
        """
        with self._lock:
            started = time.thread_time()
            try:
                if self._clock() >= self._read_at + max(TICK, self._used / SHARE):
                    self._read_at, self._used = self._clock(), 0.0
                    self._read()
                if not self.start <= position.request - (position.index is not None) <= self.head:
                    return None
                return self._piece(position, event_filter, by_request=by_request)
            finally:
                self._used += time.thread_time() - started

    def _piece(self, position: Cursor, event_filter: EventFilter, *, by_request: bool) -> Piece:
        if position == Cursor(self.head):
            return Piece(b"", position)
        if position != Cursor(self._shared_from):
            return self._make_piece(position, event_filter, by_request=by_request)
        identity = (event_filter.identity, by_request)
        piece = self._shared.get(identity)
        if piece is None:
            piece = self._shared[identity] = self._make_piece(position, event_filter, by_request=by_request)
        return piece

    def _make_piece(self, position: Cursor, event_filter: EventFilter, *, by_request: bool) -> Piece:
        piece = bytearray()
        for row in reversed(list(takewhile(lambda row: row.id >= position.request, reversed(self._rows)))):
            for after, message in _messages(row, position, event_filter, by_request=by_request):
                piece += message
                if len(piece) > PIECE_BYTES:
                    return Piece(bytes(piece), after)
        return Piece(bytes(piece), Cursor(self.head) if self.head >= position.request else position)

    def _read(self) -> None:
        if rows := self._recent.after(self.head, STEP):
            own = [row for row in rows if self._stored_key is None or row.api_key == self._stored_key]
            self._is_busy = False
            self._add(own, rows[-1].id)
            return
        last = self.head if self._is_busy else self._store.reader.last_id()
        if last <= self.head and not self._is_busy:
            return
        read = self._store.reader.scan_rows(Scan(self._api_key, self.head, limit=STEP))
        self._is_busy = bool(read)
        if last > self.head or read:
            self._add(read, read[-1].id if len(read) == STEP else max(last, read[-1].id if read else 0))

    def _add(self, rows: Sequence[ScannedRow], head: int) -> None:
        self._rows.extend(rows)
        self._characters += sum(map(_size, rows))
        self._shared_from, self._shared = self.head, {}
        self.head = head
        while len(self._rows) > MAX_ROWS or self._characters > MAX_CHARACTERS:
            dropped = self._rows.popleft()
            self._characters -= _size(dropped)
            self.start = dropped.id


def _messages(
    row: ScannedRow, position: Cursor, event_filter: EventFilter, *, by_request: bool
) -> Iterator[tuple[Cursor, bytes]]:
    """Yield the messages about the events of a row after a position, each with the position after it."""
    is_whole = row.id > position.request
    if by_request and is_whole and event_filter.selects_all and (message := whole_request_message(row)):
        yield Cursor(row.id), message
    elif is_whole or position.index is not None:
        events = (
            event
            for event in list_events(read_index_row(row))
            if position.is_before(event) and event_filter.matches(event)
        )
        yield from write_messages(events, by_request=by_request)


def _size(row: ScannedRow) -> int:
    return len(row.api_key) + len(row.endpoint) + len(row.url) + len(row.events)


class LiveFeeds:
    """The feeds that open streams use; a feed is dropped with its last stream."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._feeds: dict[str | None, tuple[LiveFeed, int]] = {}

    def open(self, api_key: str | None) -> LiveFeed:
        """Return the feed of a key; call `close` as often as `open`."""
        with self._lock:
            feed, streams = self._feeds.get(api_key) or (self._new_feed(api_key), 0)
            self._feeds[api_key] = feed, streams + 1
            return feed

    def close(self, api_key: str | None) -> None:
        """Drop the feed if no other stream uses it."""
        with self._lock:
            feed, streams = self._feeds.pop(api_key)
            if streams > 1:
                self._feeds[api_key] = feed, streams - 1
            else:
                self._store.writer.recent_rows.close()

    def _new_feed(self, api_key: str | None) -> LiveFeed:
        feed = LiveFeed(self._store, api_key)
        self._store.writer.recent_rows.open()
        return feed
