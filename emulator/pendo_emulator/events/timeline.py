"""Reads the timeline in pages: the newest events, those before a position, or those after it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.wire.beacon import from_envelope
from pendo_emulator.events.cursor import Cursor, cursor_of
from pendo_emulator.events.query_language.query_filter import searchable
from pendo_emulator.events.timeline_event import list_events
from pendo_emulator.storage.event_scan import Scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pendo_emulator.events.query_language.query_filter import EventFilter
    from pendo_emulator.events.timeline_event import TimelineEvent
    from pendo_emulator.storage.event_scan import IndexRow
    from pendo_emulator.storage.query import StoredExchange
    from pendo_emulator.storage.store import Store

# In seconds: an answer stops reading after this time and says where it stopped.
SCAN_SECONDS: Final = 0.25
FIRST_ROWS: Final = 100
MAX_ROWS: Final = 2000
# In bytes: the requests that are in memory at once to search their payloads.
PAYLOAD_BYTES: Final = 4 * 1024 * 1024
PAYLOAD_ROWS: Final = 50


class Page(NamedTuple):
    """Events, oldest first or newest first as they were read, and where reading stopped.

    `cursor` is where to continue in the same direction. `more` is false if there is nothing further in this direction
    yet. `scanned` is the number of exchanges that were read.
    """

    events: list[TimelineEvent]
    cursor: Cursor
    more: bool
    scanned: int


class Timeline:
    """The events of one API key, or of all keys (None), that match a filter."""

    def __init__(self, store: Store, api_key: str | None, event_filter: EventFilter) -> None:
        self._store, self._api_key, self._filter = store, api_key, event_filter

    def before(self, cursor: Cursor | None, limit: int, seconds: float = SCAN_SECONDS) -> Page:
        """Read up to `limit` events before a position, newest first; None means from the newest event on."""
        if cursor is None:
            cursor = Cursor(self._store.reader.last_id() + 1)
        return self._read(cursor, limit, seconds, newest_first=True)

    def after(self, cursor: Cursor, limit: int, seconds: float = SCAN_SECONDS) -> Page:
        """Read up to `limit` events after a position, oldest first."""
        return self._read(cursor, limit, seconds, newest_first=False)

    def _read(self, cursor: Cursor, limit: int, seconds: float, *, newest_first: bool) -> Page:
        deadline = time.monotonic() + seconds
        page: list[TimelineEvent] = []
        start, position, scanned, wanted = cursor, cursor, 0, FIRST_ROWS
        # A request can be half read: start with the request of the cursor itself.
        bound = cursor.request if cursor.index is None else cursor.request + (1 if newest_first else -1)
        while True:
            rows = self._scan(bound, wanted, newest_first=newest_first)
            for row, matching in self._matching(rows):
                scanned += 1
                events = reversed(list(matching)) if newest_first else matching
                for event in events:
                    if not (start.is_after(event) if newest_first else start.is_before(event)):
                        continue
                    if len(page) == limit:
                        return Page(page, position, more=True, scanned=scanned)
                    page.append(event)
                    position = cursor_of(event)
                position, bound = Cursor(row.id), row.id
                if time.monotonic() > deadline:
                    return Page(page, position, more=True, scanned=scanned)
            if len(rows) < wanted:
                return Page(page, position, more=False, scanned=scanned)
            wanted = min(2 * wanted, MAX_ROWS)

    def _scan(self, bound: int, limit: int, *, newest_first: bool) -> list[IndexRow]:
        """Read the rows beyond an id; after the first id 0 there are none below."""
        if newest_first and bound <= 0:
            return []
        after, before = (0, bound) if newest_first else (bound, 0)
        return self._store.reader.scan(Scan(self._api_key, after, before, newest_first, limit))

    def _matching(self, rows: Sequence[IndexRow]) -> Iterator[tuple[IndexRow, Iterable[TimelineEvent]]]:
        """Yield each row with its events that match."""
        found = ((row, [event for event in list_events(row) if self._filter.matches(event)]) for row in rows)
        if not self._filter.needs_payload:
            yield from found
            return
        for batch in _batches(found):
            stored = self._store.reader.read_ids([row.id for row, events in batch if events])
            payloads = {exchange.id: exchange for exchange in stored}
            for row, events in batch:
                yield row, self._search(payloads.get(row.id), events)

    def _search(self, stored: StoredExchange | None, events: list[TimelineEvent]) -> Iterator[TimelineEvent]:
        if stored is None:  # deleted meanwhile
            return
        beacon = from_envelope(stored.envelope)
        for event in events:
            if event.index is None:
                text = searchable([stored.envelope.url, stored.envelope.body.decode("utf-8", "replace")])
            elif event.index < len(beacon.events):
                text = searchable(beacon.events[event.index].value)
            else:  # an older contract decoded more
                continue
            if self._filter.matches_payload(text):
                yield event


def _batches(
    found: Iterable[tuple[IndexRow, list[TimelineEvent]]],
) -> Iterator[list[tuple[IndexRow, list[TimelineEvent]]]]:
    """Split rows so that the payloads of a batch are in memory together; rows without events have no payload."""
    batch: list[tuple[IndexRow, list[TimelineEvent]]] = []
    size = 0
    for row, events in found:
        if batch and (size + row.size > PAYLOAD_BYTES or len(batch) >= PAYLOAD_ROWS) and events:
            yield batch
            batch, size = [], 0
        batch.append((row, events))
        size += row.size if events else 0
    if batch:
        yield batch
