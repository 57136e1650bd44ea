"""Reads the index of events without the requests' bodies: the columns that the timeline needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from sqlalchemy import BigInteger, Integer, Text, bindparam, cast, func, select

from pendo_emulator.storage.event_index import URL_START, decode_index
from pendo_emulator.storage.storable_text import storable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select, TableClause

    from pendo_emulator.storage.event_index import IndexedEvent


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


def scan_statement(scan: Scan, exchanges: TableClause) -> tuple[Select[Any], dict[str, Any]]:
    """Return the statement that reads a scan's rows, and its parameters."""
    given = {"api_key": scan.api_key, "after": scan.after or None, "before": scan.before or None}
    bounds = {name: value for name, value in given.items() if value is not None}
    if scan.api_key is not None:
        bounds["api_key"] = storable(scan.api_key)
    return _statement(exchanges, frozenset(bounds), newest_first=scan.newest_first), bounds | {"limit": scan.limit}


@cache
def _statement(exchanges: TableClause, bounds: frozenset[str], *, newest_first: bool) -> Select[Any]:
    """Return the statement with some of the bounds `api_key`, `after` and `before`.

    It is made once, because making it takes longer than reading 50 rows.
    """
    columns = exchanges.c
    statement = select(
        columns.id, columns.api_key, columns.region, columns.endpoint, columns.method,
        func.substr(columns.url, 1, URL_START).label("url"),
        columns.received_at, columns.status, columns.good, columns.fault, columns.rejection,
        (func.length(columns.url) + func.length(columns.body)).label("size"),
        cast(columns.events, Text).label("events"),
    )  # fmt: skip
    terms = {
        "api_key": columns.api_key == bindparam("api_key", type_=Text),
        "after": columns.id > bindparam("after", type_=BigInteger),
        "before": columns.id < bindparam("before", type_=BigInteger),
    }
    statement = statement.where(*(term for name, term in terms.items() if name in bounds))
    order = columns.id.desc() if newest_first else columns.id
    return statement.order_by(order).limit(bindparam("limit", type_=Integer))


def read_index_row(row: Sequence[Any]) -> IndexRow:
    """Return a row of the statement, whose columns are those of ScannedRow.

    Unpacking a row is several times faster than reading its columns by name; the timeline reads 100,000 of them.
    """
    number, api_key, region, endpoint, method, url, received_at, status, good, fault, rejection, size, events = row
    netloc = url.partition("://")[2].partition("/")[0]
    return IndexRow(
        number, api_key, region, endpoint, method, netloc, received_at, status, good, fault, rejection, size,
        tuple(decode_index(events)),
    )  # fmt: skip
