"""Journal: the events that were accepted, until they are delivered or rejected, and the ids of the last ones."""

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

IDS_LIMIT: Final = 100_000

# A settled event leaves its row behind, and so its id. FULL, since an answered call is to survive a power cut, too.
_SETUP: Final = """
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS accepted (
      number INTEGER PRIMARY KEY, source TEXT, message_id TEXT, event TEXT, UNIQUE (source, message_id)
    );
"""
_ADD: Final = "INSERT OR IGNORE INTO accepted (source, message_id, event) VALUES (?, ?, ?)"
_SETTLE: Final = "UPDATE accepted SET event = NULL WHERE source = ? AND message_id = ?"
_FORGET: Final = "DELETE FROM accepted WHERE event IS NULL AND number <= (SELECT max(number) FROM accepted) - ?"
_WAITING: Final = "SELECT event FROM accepted WHERE source = ? AND event IS NOT NULL ORDER BY number"
_COUNT: Final = "SELECT source, count(*) FROM accepted WHERE event IS NOT NULL GROUP BY source"


class Journal:
    """The accepted events of some sources, by write key and messageId, in an SQLite file, else in memory.

    What was added survives the process, however it ends. A file is one process's at a time. The lock keeps the changes
    of two threads apart. Raises sqlite3.DatabaseError for a file that cannot be used, or is in use.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._connection = sqlite3.connect(file or ":memory:", timeout=0, check_same_thread=False)
        self._lock = threading.Lock()
        self.close = weakref.finalize(self, self._connection.close)
        self._connection.executescript(_SETUP)

    def add(self, source: str, events: Iterable[Event]) -> list[Event]:
        """Write all events down, or none if that fails; give those whose id is not among the last 100,000."""
        with self._lock, self._connection:
            return [event for event in events if self._add(source, event)]

    def settle(self, source: str, events: Iterable[Event]) -> None:
        """Let go of events that are delivered or rejected."""
        with self._lock, self._connection:
            self._connection.executemany(_SETTLE, ((source, _id(event)) for event in events))
            self._connection.execute(_FORGET, (IDS_LIMIT,))

    def waiting(self, source: str) -> list[Event]:
        """Read the events that are not settled, in the order in which they came."""
        with self._lock:
            return [json.loads(event) for (event,) in self._connection.execute(_WAITING, (source,))]

    def count(self) -> dict[str, int]:
        """Count the events that are not settled, by source."""
        with self._lock:
            return dict(self._connection.execute(_COUNT).fetchall())

    def _add(self, source: str, event: Event) -> bool:
        return self._connection.execute(_ADD, (source, _id(event), json.dumps(event))).rowcount == 1


def _id(event: Event) -> str:
    """Write an event's id so that SQLite takes it, lone surrogates and all."""
    message_id: Any = event["messageId"]
    return json.dumps(text(message_id))
