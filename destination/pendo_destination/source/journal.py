"""The journal of accepted events: keeps each event until it is delivered or rejected, and the ids of past events."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pendo_destination.runtime.instance import Event

MAX_IDS: Final = 100_000

# The row of a completed event stays with its id and without its event. synchronous = FULL: an event that was
# acknowledged must survive a power failure.
_SCHEMA: Final = """
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS accepted (
      number INTEGER PRIMARY KEY, source TEXT, message_id TEXT, event TEXT, UNIQUE (source, message_id)
    );
"""
_ADD: Final = "INSERT OR IGNORE INTO accepted (source, message_id, event) VALUES (?, ?, ?)"
_COMPLETE: Final = "UPDATE accepted SET event = NULL WHERE source = ? AND message_id = ?"
_DELETE_OLD_IDS: Final = "DELETE FROM accepted WHERE event IS NULL AND number <= (SELECT max(number) FROM accepted) - ?"
_PENDING: Final = "SELECT event FROM accepted WHERE source = ? AND event IS NOT NULL ORDER BY number"
_COUNT_PENDING: Final = "SELECT source, count(*) FROM accepted WHERE event IS NOT NULL GROUP BY source"


class Journal:
    """The accepted events of several sources, by write key and messageId, in an SQLite file or in memory.

    Added events survive the end of the process, including a crash. Only one process can use a file at a time, but
    several threads can use a Journal. It remembers the last `max_ids` ids.
    Raises sqlite3.DatabaseError for a file that cannot be used or is in use.
    """

    def __init__(self, file: Path | None = None, *, max_ids: int = MAX_IDS) -> None:
        self._max_ids = max_ids
        self._connection = sqlite3.connect(file or ":memory:", timeout=0, check_same_thread=False)
        self._lock = threading.Lock()  # keeps the transactions of two threads apart
        self.close = weakref.finalize(self, self._connection.close)
        self._connection.executescript(_SCHEMA)

    def add(self, source: str, events: Iterable[Event]) -> list[Event]:
        """Store all events, or none if that fails; return those whose id is new."""
        with self._lock, self._connection:
            return [event for event in events if self._add(source, event)]

    def complete(self, source: str, events: Iterable[Event]) -> None:
        """Remove events that are delivered or rejected; their ids stay."""
        with self._lock, self._connection:
            self._connection.executemany(_COMPLETE, ((source, _id_text(event)) for event in events))
            self._connection.execute(_DELETE_OLD_IDS, (self._max_ids,))

    def pending(self, source: str) -> list[Event]:
        """Return the events of a source that are not completed, in the order in which they were added."""
        with self._lock:
            return [json.loads(event) for (event,) in self._connection.execute(_PENDING, (source,))]

    def count_pending(self) -> dict[str, int]:
        """Return the number of events that are not completed, by source."""
        with self._lock:
            return dict(self._connection.execute(_COUNT_PENDING).fetchall())

    def _add(self, source: str, event: Event) -> bool:
        return self._connection.execute(_ADD, (source, _id_text(event), json.dumps(event))).rowcount == 1


def _id_text(event: Event) -> str:
    """Return an event's id as ASCII text, because SQLite stores no lone surrogates."""
    message_id: Any = event["messageId"]
    return json.dumps(text(message_id))
