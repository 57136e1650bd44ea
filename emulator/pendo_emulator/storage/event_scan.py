"""Reads the index of events without the requests' bodies: the columns that the timeline needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from sqlalchemy import Text, cast, func, select

from pendo_emulator.storage.event_index import decode_index
from pendo_emulator.storage.storable_text import storable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select, TableClause

    from pendo_emulator.storage.event_index import IndexedEvent

# Characters of a URL that are read for its host; the rest can be a payload of 64 KB.
_URL_START: Final = 300


@dataclass(frozen=True, slots=True)
class Scan:
    """Selects the next `limit` exchanges with an id above `after`, or, `newest_first`, with an id below `before`.

    The API key None means all keys. No further filter: a filter in the database could read a million rows in vain.
    """

    api_key: str | None = None
    after: int = 0
    before: int = 0
    newest_first: bool = False
    limit: int = 1000


class IndexRow(Struct, frozen=True, gc=False):
    """The index of one exchange. `netloc` is the host in its URL; `size` is the size of its URL and body in bytes."""

    id: int
    api_key: str
    region: str
    endpoint: str
    method: str
    netloc: str
    received_at: int
    status: int
    good: bool
    fault: str
    rejection: str
    size: int
    events: tuple[IndexedEvent, ...]


def scan_statement(scan: Scan, exchanges: TableClause) -> Select[Any]:
    """Return the statement that reads a scan's rows."""
    columns = exchanges.c
    statement = select(
        columns.id, columns.api_key, columns.region, columns.endpoint, columns.method,
        func.substr(columns.url, 1, _URL_START).label("url"),
        columns.received_at, columns.status, columns.good, columns.fault, columns.rejection,
        (func.length(columns.url) + func.length(columns.body)).label("size"),
        cast(columns.events, Text).label("events"),
    )  # fmt: skip
    if scan.api_key is not None:
        statement = statement.where(columns.api_key == storable(scan.api_key))
    if scan.after:
        statement = statement.where(columns.id > scan.after)
    if scan.before:
        statement = statement.where(columns.id < scan.before)
    return statement.order_by(columns.id.desc() if scan.newest_first else columns.id).limit(scan.limit)


def read_index_row(row: Sequence[Any]) -> IndexRow:
    """Return a row of the statement.

    Unpacking a row is several times faster than reading its columns by name; the timeline reads 100,000 of them.
    """
    number, api_key, region, endpoint, method, url, received_at, status, good, fault, rejection, size, events = row
    netloc = url.partition("://")[2].partition("/")[0]
    return IndexRow(
        number, api_key, region, endpoint, method, netloc, received_at, status, good, fault, rejection, size,
        tuple(decode_index(events)),
    )  # fmt: skip
