"""EventStream: the new events that match a query, as server-sent events.

The stream reads the store, so it has no queue: a slow client falls behind and costs no memory, and the position in the
id of each message is enough to resume in any process that uses the store.
"""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import TYPE_CHECKING, Final

from pendo_emulator.errors import StoreError
from pendo_emulator.events.cursor import Cursor
from pendo_emulator.events.live_feed import TICK, LiveFeeds
from pendo_emulator.events.stream_messages import write_messages
from pendo_emulator.events.timeline import Timeline

if TYPE_CHECKING:
    from typing import Self

    from pendo_emulator.events.query_language.query_filter import EventFilter
    from pendo_emulator.storage.store import Store

# In seconds: a message without an event keeps proxies from closing the connection, and moves the position.
KEEP_ALIVE: Final = 15.0
# Events of one chunk of a stream that is behind.
MAX_EVENTS: Final = 500
# In seconds: how long a stream that the feed cannot serve reads at a time, and how often one of these streams may read.
# Together they use at most a fifth of a processor.
CATCH_UP_SECONDS: Final = 0.01
CATCH_UP_INTERVAL: Final = 0.05
# Milliseconds until a client connects again.
RETRY: Final = 1000

log = logging.getLogger("pendo-emulator")


class StreamPool:
    """The open streams of a process, at most `limit`."""

    def __init__(self, store: Store, limit: int) -> None:
        self.store, self.limit = store, limit
        self.feeds = LiveFeeds(store)
        self._lock = Lock()
        self._open = 0
        self._next_turn = 0.0

    @property
    def open_streams(self) -> int:
        """The number of open streams."""
        return self._open

    def open(
        self,
        api_key: str | None,
        event_filter: EventFilter,
        after: Cursor | None,
        *,
        is_polled: bool = False,
        by_request: bool = False,
    ) -> EventStream | None:
        """Open a stream of the events after a position, None means from now on; return None above the limit."""
        with self._lock:
            if self._open >= self.limit:
                return None
            self._open += 1
        try:
            return EventStream(self, api_key, event_filter, after, is_polled=is_polled, by_request=by_request)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Count a stream as closed."""
        with self._lock:
            self._open -= 1

    def take_turn(self) -> bool:
        """Return whether a stream that is behind may read now: together they read at a bounded rate."""
        with self._lock:
            now = time.monotonic()
            if now < self._next_turn:
                return False
            self._next_turn = now + CATCH_UP_INTERVAL
            return True


class EventStream:
    """The chunks of one stream; a chunk is empty if there is no new event.

    Empty chunks let the caller notice that the client hung up. They take TICK seconds, unless the stream `is_polled`:
    then the caller waits itself. A message is about one event, or, `by_request`, about the events of a request. Call
    `close` from the thread that reads, or after it.
    """

    def __init__(
        self,
        pool: StreamPool,
        api_key: str | None,
        event_filter: EventFilter,
        after: Cursor | None,
        *,
        is_polled: bool = False,
        by_request: bool = False,
    ) -> None:
        self._pool, self._api_key, self._filter = pool, api_key, event_filter
        self._is_polled, self._by_request = is_polled, by_request
        self._timeline = Timeline(pool.store, api_key, event_filter)
        self._feed = pool.feeds.open(api_key)
        self._position = after or Cursor(pool.store.reader.last_id())
        self._sent_at = float("-inf")
        self._closed = self._ended = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        """Return the next chunk; the stream ends if the store cannot be read."""
        if self._ended or self._closed:
            raise StopIteration
        now = time.monotonic()
        if self._sent_at < 0:
            self._sent_at = now
            return b"retry: %d\nid: %b\n\n" % (RETRY, str(self._position).encode())
        try:
            chunk = self._next_events()
        except StoreError as error:
            log.warning("an event stream ended: %s", error)
            self._ended = True
            raise StopIteration from error
        if not chunk:
            if not self._is_polled:
                time.sleep(TICK)
            if now - self._sent_at < KEEP_ALIVE:
                return b""
            chunk = b": keep-alive\nid: %b\n\n" % str(self._position).encode()
        self._sent_at = now
        return chunk

    def close(self) -> None:
        """End the stream."""
        if not self._closed:
            self._closed = True
            self._pool.feeds.close(self._api_key)
            self._pool.release()

    def _next_events(self) -> bytes:
        piece = None
        if not self._filter.needs_payload:
            piece = self._feed.after(self._position, self._filter, by_request=self._by_request)
        if piece is None:
            return self._catch_up()
        self._position = piece.position
        return piece.messages

    def _catch_up(self) -> bytes:
        """Read the next events from the store itself.

        The exchanges up to the last id are committed, so the position can move past those that do not match.
        """
        last = self._pool.store.reader.last_id()
        if (last <= self._position.request and self._position.index is None) or not self._pool.take_turn():
            return b""
        page = self._timeline.after(self._position, MAX_EVENTS, CATCH_UP_SECONDS)
        self._position = page.cursor if page.more or page.cursor.request >= last else Cursor(last)
        return b"".join(message for _, message in write_messages(page.events, by_request=self._by_request))
