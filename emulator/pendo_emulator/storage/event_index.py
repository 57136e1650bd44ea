"""The index of an exchange's events: the data of each event that queries, counts and retention need.

`RecentRows` keeps the rows of the index that this process wrote last, for open streams.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pendo_contracts.wire.event import read_identity
from pendo_emulator.storage.storable_text import storable
from pendo_emulator.storage.tables import EXCHANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from pendo_emulator.exchange import Exchange

    # The columns of `event_scan` in their order.
    ScannedRow: TypeAlias = tuple[Any, ...]

TYPE_LIMIT: Final = 200
# Characters of a URL that are kept or read for its host; the rest can be a payload of 64 KB.
URL_START: Final = 300
MAX_ROWS: Final = 2_000
# In characters: a row with a longer index of events is left out; together the rows take a few megabytes.
MAX_INDEX: Final = 4_096

_URL, _BODY, _EVENTS = (EXCHANGES.columns.index(name) for name in ("url", "body", "events"))
_RECEIVED_AT, _STATUS, _GOOD, _FAULT, _REJECTION = (
    EXCHANGES.columns.index(name) for name in ("received_at", "status", "good", "fault", "rejection")
)


class IndexedEvent(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One event in the index. In the store it is a JSON array; POSITIONS gives the position of each field."""

    type: str
    name: str | None
    visitor_id: str | None
    account_id: str | None
    kept: bool


POSITIONS: Final = {name: position for position, name in enumerate(IndexedEvent.__struct_fields__)}

_storable_type = lru_cache(maxsize=1024)(storable)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[IndexedEvent]).decode


def encode_index(exchange: Exchange) -> str:
    """Write the index of an exchange's events as JSON."""
    index = []
    for event, verdict in zip(exchange.beacon.events, exchange.verdicts[1:], strict=True):
        name, visitor_id, account_id = read_identity(event.decoded)
        index.append(
            IndexedEvent(
                indexed_type(event.type), _text(name), _text(visitor_id), _text(account_id), not verdict.violations
            )
        )
    return _encode(index).decode()


def decode_index(text: str) -> list[IndexedEvent]:
    """Read the index of an exchange's events."""
    return _decode(text)


def indexed_type(name: str) -> str:
    """Return an event's type in the form that the store uses: short enough for a database's own indexes."""
    return _storable_type(name[:TYPE_LIMIT])


def _text(value: Any) -> str | None:
    return storable(value) if isinstance(value, str) else None


class RecentRows:
    """The last rows of one process. It keeps rows while it has readers."""

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
            if row[0] <= exchange:
                continue
            if row[0] != exchange + 1 + len(found):
                return []
            found.append(row)
            if len(found) == limit:
                break
        return found


def _scanned(row: Sequence[Any]) -> ScannedRow:
    url = row[_URL]
    return (
        *row[:_URL], url[:URL_START], row[_RECEIVED_AT], row[_STATUS], row[_GOOD], row[_FAULT], row[_REJECTION],
        len(url) + len(row[_BODY]), row[_EVENTS],
    )  # fmt: skip
