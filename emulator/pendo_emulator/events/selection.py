"""Selects the events of a key by the text of a query, for code in the same process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from pendo_emulator.events.cursor import Cursor
from pendo_emulator.events.query_language.query import parse_query
from pendo_emulator.events.query_language.query_filter import EventFilter
from pendo_emulator.events.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.events.timeline_event import TimelineEvent
    from pendo_emulator.storage.store import Store

_PAGE: Final = 1000


def select_events(store: Store, api_key: str | None, query: str, after: int = 0) -> Iterator[TimelineEvent]:
    """Yield the events after an exchange that match a query, oldest first, up to now.

    Raises QueryError, on the first event, if the text is not a query.
    """
    last = store.reader.last_id()
    timeline = Timeline(store, api_key, EventFilter(parse_query(query), time.time_ns() // 1_000_000))
    cursor, more = Cursor(after), True
    while more and cursor.request < last:
        page = timeline.after(cursor, _PAGE)
        yield from (event for event in page.events if event.request <= last)
        cursor, more = page.cursor, page.more
