"""Reads and counts recorded exchanges; the same queries work on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    CursorResult,
    LargeBinary,
    Text,
    case,
    cast,
    column,
    create_engine,
    exists,
    func,
    literal_column,
    select,
    table,
    true,
)
from sqlalchemy.exc import SQLAlchemyError

from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.errors import StoreError
from pendo_emulator.storage.event_index import POSITIONS, ScannedRow, decode_index
from pendo_emulator.storage.event_scan import read_index_row, scan_statement
from pendo_emulator.storage.query import PAGE_BYTES, Count, Query, StoredExchange
from pendo_emulator.storage.rows import ANY_TYPE, ENDPOINT_NAMES
from pendo_emulator.storage.storable_text import storable
from pendo_emulator.storage.tables import CLEARED_KEYS, COUNTS, EXCHANGES, JOURNAL, PLANS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Engine, Row, Select, TableClause

    from pendo_emulator.storage.database import Database
    from pendo_emulator.storage.event_scan import IndexRow, Scan
    from pendo_emulator.storage.tables import Table

T = TypeVar("T")
CONNECTIONS: Final = 8
FIRST_ROWS: Final = 10
CONNECTION_TIMEOUT: Final = 60.0

_TYPES: Final[dict[Any, Any]] = {
    int: BigInteger(), bool: Boolean(), str: Text(), str | None: Text(), bytes: LargeBinary(),
}  # fmt: skip


def table_clause(description: Table) -> TableClause:
    """Return a table of the store as SQLAlchemy needs it."""
    columns = (column(name, _TYPES[description.types[name]]) for name in description.columns)
    return table(description.name, *columns)


_EXCHANGES: Final = table_clause(EXCHANGES)
_COUNTS: Final = table_clause(COUNTS)
_JOURNAL: Final = table_clause(JOURNAL)
_CLEARED: Final = table_clause(CLEARED_KEYS)
_PLANS: Final = table_clause(PLANS)
_LAST_ID: Final = select(_JOURNAL.c.last_id)
_CHECKED_AT: Final = select(_JOURNAL.c.checked_at)
_RECEIVED: Final = cast(func.coalesce(func.sum(_COUNTS.c.received), 0), BigInteger)
_BROKEN: Final = cast(func.coalesce(func.sum(_COUNTS.c.broken), 0), BigInteger)
# Only exchanges without stored verdicts need their index of events.
_INDEX: Final = case((_EXCHANGES.c.verdicts.is_(None), cast(_EXCHANGES.c.events, Text)), else_="[]")
_STORED: Final = (*(c for c in _EXCHANGES.c if c.name != "events"), _INDEX.label("events"))
_EVENT_FIELDS: Final = ("type", "name", "visitor_id", "account_id")
_ELEMENTS: Final = {"sqlite": func.json_each, "postgresql": func.jsonb_array_elements}


class Reader:
    """Reads with up to CONNECTIONS connections; each query sees everything committed before it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._engine: Engine = create_engine(
            database.url,
            creator=database.connect,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=CONNECTION_TIMEOUT,
            pool_pre_ping=database.file is None,
            hide_parameters=True,
        )
        elements = _ELEMENTS[self._engine.dialect.name]
        self._events = elements(_EXCHANGES.c.events).table_valued("value")

    def read(self, query: Query, limit: int) -> list[StoredExchange]:
        """Read the oldest `limit` matching exchanges, ordered by id.

        A page also ends when it exceeds PAGE_BYTES, so a page with fewer than `limit` exchanges is not always the last.
        """
        statement = _matching(select(*_STORED), query).order_by(_EXCHANGES.c.id)
        if _selects_events(query):
            statement = statement.where(exists().select_from(self._events).where(*self._event_terms(query)))
        page: list[StoredExchange] = []
        room, number = PAGE_BYTES, FIRST_ROWS
        while room > 0 and (wanted := min(number, limit - len(page))) > 0:
            rows = self.fetch_all(statement.limit(wanted))
            sizes = [len(row.body) + len(row.url) + len(row.verdicts or "") for row in rows]
            page += [
                _stored(row) for row, before in zip(rows, accumulate(sizes, initial=0), strict=False) if before < room
            ]
            if len(rows) < wanted:
                break
            room -= sum(sizes)
            number = max(1, room // max(sizes))
            statement = statement.where(_EXCHANGES.c.id > page[-1].id)
        return page

    def scan(self, scan: Scan) -> list[IndexRow]:
        """Read the index of exchanges without their bodies."""
        return [read_index_row(row) for row in self.fetch_all(*scan_statement(scan, _EXCHANGES))]

    def scan_rows(self, scan: Scan) -> list[ScannedRow]:
        """Read the rows of a scan as `read_index_row` takes them, for callers that do not need the index of each."""
        return list(map(ScannedRow._make, self.fetch_all(*scan_statement(scan, _EXCHANGES))))

    def read_ids(self, ids: Sequence[int]) -> list[StoredExchange]:
        """Read exchanges by their ids, ordered by id; skip ids that do not exist."""
        statement = select(*_STORED).where(_EXCHANGES.c.id.in_(ids)).order_by(_EXCHANGES.c.id)
        return [_stored(row) for row in self.fetch_all(statement)]

    def count(self, query: Query) -> int:
        """Count matching events if the query has an event field, else matching exchanges."""
        if _is_counted(query):
            return self._read_count(query)
        statement = _matching(select(func.count()).select_from(_EXCHANGES), query)
        if _selects_events(query):
            statement = statement.join(self._events, true()).where(*self._event_terms(query))
        return self._number(statement)

    def counts(self, api_key: str | None = None) -> list[Count]:
        """Count events by region, endpoint and type."""
        return [count for count in self.totals(api_key) if count.type != ANY_TYPE]

    def totals(self, api_key: str | None = None) -> list[Count]:
        """Count requests and events by region, endpoint and type."""
        columns = (_COUNTS.c.region, _COUNTS.c.endpoint, _COUNTS.c.type)
        statement = select(*columns, _RECEIVED, _BROKEN).where(*_terms(_COUNTS, Query(api_key=api_key)))
        return [Count(*row) for row in self.fetch_all(statement.group_by(*columns).order_by(*columns))]

    def keys(self) -> dict[str, int]:
        """Count exchanges by API key."""
        of_requests = _COUNTS.c.type == ANY_TYPE
        statement = select(_COUNTS.c.api_key, _RECEIVED).where(of_requests).group_by(_COUNTS.c.api_key)
        return dict(self.fetch_all(statement))

    def last_id(self) -> int:
        """Return the id of the last recorded exchange."""
        return self._number(_LAST_ID)

    def checked_at(self) -> int:
        """Return the value that the last check wrote."""
        return self._number(_CHECKED_AT)

    def plan(self) -> str:
        """Return the tracking plan of the server as JSON, "" if there is none."""
        return next((str(text) for (text,) in self.fetch_all(select(_PLANS.c.document))), "")

    def changes(self, api_key: str | None) -> tuple[int, int]:
        """Return the numbers of the last change, and of the last one that deleted a key's exchanges (None: any key)."""
        deleting = select(func.coalesce(func.max(_CLEARED.c.change), 0)).where(*_terms(_CLEARED, Query(api_key)))
        ((last, cleared),) = self.fetch_all(select(_JOURNAL.c.change, deleting.scalar_subquery()))
        return int(last), int(cleared)

    def close(self) -> None:
        """Close all connections; connections in use are closed after their queries."""
        self._engine.dispose()

    def _event_terms(self, query: Query) -> Iterator[ColumnElement[bool]]:
        for name in _EVENT_FIELDS:
            if (wanted := getattr(query, name)) is not None:
                yield self._events.c.value.op("->>")(literal_column(str(POSITIONS[name]))) == _stored_form(wanted)

    def fetch_all(self, statement: Select[Any], parameters: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """Run a query and fetch every row, because an open cursor would keep an old snapshot of the database."""
        return self._fetch(statement, parameters, CursorResult.all)

    def fetch_tuples(self, statement: Select[Any], parameters: Mapping[str, Any] | None = None) -> list[Any]:
        """Run a query and fetch every row as the driver's tuple: many rows take half the time this way."""
        return self._fetch(statement, parameters, _driver_rows)

    def _fetch(self, statement: Any, parameters: Mapping[str, Any] | None, fetch: Callable[[Any], T]) -> T:
        pool = self._engine.pool
        try:
            with self._engine.connect() as connection:
                try:
                    self._database.check_files(connection.connection.dbapi_connection)
                    return fetch(connection.execute(statement, parameters))
                except (SQLAlchemyError, self._database.errors):
                    connection.invalidate()
                    raise
                finally:
                    if self._engine.pool is not pool:  # closed meanwhile
                        connection.invalidate()
        except (SQLAlchemyError, self._database.errors) as error:
            reason = getattr(error, "orig", None) or error
            raise StoreError(f"{self._database.name} cannot be read: {str(reason).strip()}") from error

    def _number(self, statement: Any) -> int:
        (number,) = self.fetch_all(statement)[0]
        return int(number)

    def _read_count(self, query: Query) -> int:
        wanted = {None: _RECEIVED, True: _RECEIVED - _BROKEN, False: _BROKEN}[query.good]
        of_type = _COUNTS.c.type == _stored_form(query.type or ANY_TYPE)
        return self._number(select(wanted).where(of_type, *_terms(_COUNTS, query)))


def _driver_rows(result: CursorResult[Any]) -> list[Any]:
    rows = list(result.cursor.fetchall())
    result.close()
    return rows


def _is_counted(query: Query) -> bool:
    """Return whether the table of counts is enough to answer a query.

    The table has no ids, names, visitors or accounts. It counts how many events were broken, but does not know whether
    the exchange of an event was broken.
    """
    details = (query.name, query.visitor_id, query.account_id)
    known = query.endpoint is None or query.endpoint in ENDPOINT_NAMES
    return known and not query.after and not any(details) and (query.type is None or query.good is None)


def _stored(row: Row[Any]) -> StoredExchange:
    return StoredExchange(
        id=row.id,
        api_key=row.api_key,
        status=row.status,
        good=row.good,
        fault=row.fault,
        notes=tuple(json.loads(row.notes)),
        rejection=row.rejection,
        envelope=Envelope(row.method, row.url, json.loads(row.headers), row.body, row.received_at),
        verdicts=row.verdicts,
        kept=tuple(event.kept for event in decode_index(row.events)),
    )


def _terms(source: TableClause, query: Query) -> list[ColumnElement[bool]]:
    wanted = {"api_key": query.api_key, "region": query.region, "endpoint": query.endpoint}
    return [source.c[name] == _stored_form(value) for name, value in wanted.items() if value is not None]


def _stored_form(value: Any) -> Any:
    """Return a value of a query as the store has it."""
    return storable(value) if isinstance(value, str) else value


def _selects_events(query: Query) -> bool:
    return any(getattr(query, name) is not None for name in _EVENT_FIELDS)


def _matching(statement: Select[Any], query: Query) -> Select[Any]:
    statement = statement.where(*_terms(_EXCHANGES, query))
    if query.after:
        statement = statement.where(_EXCHANGES.c.id > query.after)
    if query.good is not None:
        statement = statement.where(_EXCHANGES.c.good.is_(query.good))
    return statement
