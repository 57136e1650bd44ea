"""The journal of accepted events: keeps each event until it is delivered or rejected, and the ids of past events."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.values import text
from pendo_destination.source.journal_file import JournalFile, check_ownership, refuse_foreign_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pendo_destination.runtime.definition import Event

MAX_IDS: Final = 100_000

# synchronous = FULL: an event that was acknowledged must survive a power failure.
_CONNECTION: Final = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
"""
_ADD: Final = "INSERT OR IGNORE INTO accepted (source, message_id, event) VALUES (?, ?, ?)"
_COMPLETE: Final = "UPDATE accepted SET event = NULL WHERE source = ? AND message_id = ?"
_DELETE_OLD_IDS: Final = "DELETE FROM accepted WHERE event IS NULL AND number <= (SELECT max(number) FROM accepted) - ?"
# Read as BLOB, because reading text that is not UTF-8 fails.
_PENDING: Final = """
    SELECT number, CAST(source AS BLOB), CAST(event AS BLOB) FROM accepted WHERE event IS NOT NULL ORDER BY number
"""

log = logging.getLogger("pendo-destination")


class Journal:
    """The accepted events of several sources, by write key and messageId, in an SQLite file or in memory.

    Added events survive the end of the process, including a crash. Only one process can use a file at a time, but
    several threads can use a Journal. It remembers the last `max_ids` ids. Rows that cannot be read are skipped, stay
    in the file, and are logged when it is opened.
    Raises sqlite3.DatabaseError for a file that cannot be used, is in use, or is the database of another program.
    """

    def __init__(self, file: Path | None = None, *, max_ids: int = MAX_IDS) -> None:
        self._max_ids = max_ids
        if file:
            refuse_foreign_file(file)
        self._connection = sqlite3.connect(file or ":memory:", timeout=0, check_same_thread=False)
        self._lock = threading.Lock()  # keeps the transactions of two threads apart
        self.close = weakref.finalize(self, self._connection.close)
        try:
            check_ownership(self._connection)
            self._connection.executescript(_CONNECTION)
            self._report_broken_rows(file)
        except sqlite3.Error:
            self.close()
            raise
        self._file = JournalFile(file) if file else None

    def add(self, source: str, events: Iterable[Event]) -> list[Event]:
        """Store all events, or none if that fails; return the events whose id is new.

        Raises sqlite3.Error if they cannot be stored, JournalLostError if the file was deleted or replaced.
        """
        with self._lock:
            if self._file:
                self._file.check()
            with self._connection:
                return [event for event in events if self._add(source, event)]

    def complete(self, source: str, events: Iterable[Event]) -> None:
        """Remove events that are delivered or rejected; their ids stay."""
        with self._lock, self._connection:
            self._connection.executemany(_COMPLETE, ((source, _id_text(event)) for event in events))
            self._connection.execute(_DELETE_OLD_IDS, (self._max_ids,))

    def pending(self, source: str) -> list[Event]:
        """Return the events of a source that are not completed, in the order in which they were added."""
        with self._lock:
            return [event for _, owner, event in self._pending_rows() if event is not None and owner == source]

    def count_pending(self) -> dict[str, int]:
        """Return the number of events that are not completed, by source."""
        counts: dict[str, int] = {}
        with self._lock:
            for _, source, event in self._pending_rows():
                if event is not None:
                    counts[source] = counts.get(source, 0) + 1
        return counts

    def is_lost(self) -> bool:
        """Return whether the file was deleted or replaced, so that nothing in it survives this process."""
        return self._file is not None and self._file.is_lost()

    def _report_broken_rows(self, file: Path | None) -> None:
        broken = [number for number, _, event in self._pending_rows() if event is None]
        if broken:
            log.warning(
                "%s: %d rows cannot be read and are skipped, the first is number %d", file, len(broken), broken[0]
            )

    def _pending_rows(self) -> Iterator[tuple[int, str, Event | None]]:
        """Yield number, source and event of each row that is not completed; None for an event that cannot be read."""
        for number, source, event in self._connection.execute(_PENDING):
            yield number, (source or b"").decode("utf-8", "replace"), _read_event(event)

    def _add(self, source: str, event: Event) -> bool:
        return self._connection.execute(_ADD, (source, _id_text(event), json.dumps(event))).rowcount == 1


def _read_event(stored: bytes) -> Event | None:
    try:
        event = json.loads(stored)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and "messageId" in event else None


def _id_text(event: Event) -> str:
    """Return an event's id as ASCII text, because SQLite stores no lone surrogates."""
    message_id: Any = event["messageId"]
    return json.dumps(text(message_id))
