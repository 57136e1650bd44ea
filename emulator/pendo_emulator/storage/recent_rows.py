"""RecentRows: the rows of the index that this process wrote last, for open streams."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.storage.event_index import URL_START, ScannedRow
from pendo_emulator.storage.tables import EXCHANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_ROWS: Final = 2_000
# In characters: a row with a longer index of events is left out; together the rows take a few megabytes.
MAX_INDEX: Final = 4_096

_URL, _BODY, _EVENTS = (EXCHANGES.columns.index(name) for name in ("url", "body", "events"))
_RECEIVED_AT, _STATUS, _GOOD, _FAULT, _REJECTION = (
    EXCHANGES.columns.index(name) for name in ("received_at", "status", "good", "fault", "rejection")
)


class RecentRows:
    """The last rows of one process, kept while somebody reads them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rows: deque[ScannedRow] = deque(maxlen=MAX_ROWS)
        self._readers = 0

    @property
    def is_read(self) -> bool:
        """Whether rows are kept."""
        return self._readers > 0

    def open(self) -> None:
        """Keep rows; call `close` as often as `open`."""
        with self._lock:
            self._readers += 1

    def close(self) -> None:
        """Drop the rows if nobody else reads them."""
        with self._lock:
            self._readers -= 1
            if not self._readers:
                self._rows.clear()

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add committed rows of the table of exchanges, in the order of their ids."""
        self._rows.extend(_scanned(row) for row in rows if len(row[_EVENTS]) <= MAX_INDEX)

    def after(self, exchange: int, limit: int) -> list[ScannedRow]:
        """Return the next rows after an exchange, at most `limit`; none if one of them is missing.

        Rows are missing if other processes write to the same store, and if they were left out.
        """
        found: list[ScannedRow] = []
        for row in self._rows.copy():
            if row.id <= exchange:
                continue
            if row.id != exchange + 1 + len(found):
                return []
            found.append(row)
            if len(found) == limit:
                break
        return found


def _scanned(row: Sequence[Any]) -> ScannedRow:
    url = row[_URL]
    return ScannedRow._make((
        *row[:_URL], url[:URL_START], row[_RECEIVED_AT], row[_STATUS], row[_GOOD], row[_FAULT], row[_REJECTION],
        len(url) + len(row[_BODY]), row[_EVENTS],
    ))  # fmt: skip
