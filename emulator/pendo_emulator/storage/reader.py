"""Reader: queries about what was recorded, the same on every database."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, cast, create_engine, exists, func, literal_column, select, text, true
from sqlalchemy.exc import SQLAlchemyError

from pendo_contracts.envelope import Envelope
from pendo_emulator.storage import tables
from pendo_emulator.storage.database import StoreError
from pendo_emulator.storage.query import PAGE_BYTES, Count, Query, Stored
from pendo_emulator.storage.rows import ENDPOINT_NAMES, THE_REQUEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Engine, Row, Select, TableClause

    from pendo_emulator.storage.database import Database

READERS: Final = 8
FEW: Final = 10
PATIENCE: Final = 60.0

_LAST: Final = text("SELECT last_id FROM journal")
_RECEIVED: Final = cast(func.coalesce(func.sum(tables.tallies.c.received), 0), BigInteger)
_BROKEN: Final = cast(func.coalesce(func.sum(tables.tallies.c.broken), 0), BigInteger)
# An event in the index is a list: these are the places of what a query asks for.
_PLACES: Final = {"type": 0, "name": 1, "visitor_id": 2, "account_id": 3}
_ELEMENTS: Final = {"sqlite": func.json_each, "postgresql": func.jsonb_array_elements}


class Reader:
    """A few connections that read; each query sees what was committed before it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._engine: Engine = create_engine(
            database.url, creator=database.connect, pool_size=READERS, max_overflow=0, pool_timeout=PATIENCE,
            pool_pre_ping=database.file is None, hide_parameters=True,
        )  # fmt: skip
        elements = _ELEMENTS[self._engine.dialect.name]
        self._events = elements(tables.exchanges.c.events).table_valued("value")

    def read(self, query: Query, limit: int) -> list[Stored]:
        """Read the oldest exchanges that match, in the order they were recorded.

        They are `limit` at most, and fewer where they come to PAGE_BYTES: there may be more then.
        """
        statement = _matching(select(tables.exchanges), query).order_by(tables.exchanges.c.id)
        if _asks_for_events(query):
            statement = statement.where(exists().select_from(self._events).where(*self._event_terms(query)))
        page: list[Stored] = []
        room, number = PAGE_BYTES, FEW
        while room > 0 and (wanted := min(number, limit - len(page))) > 0:
            rows = self._all(statement.limit(wanted))
            sizes = [len(row.body) + len(row.url) for row in rows]
            page += [
                _stored(row) for row, before in zip(rows, accumulate(sizes, initial=0), strict=False) if before < room
            ]
            if len(rows) < wanted:
                break
            room -= sum(sizes)
            number = max(1, room // max(sizes))
            statement = statement.where(tables.exchanges.c.id > page[-1].id)
        return page

    def count(self, query: Query) -> int:
        """Count matching events where the query names an event field, else matching exchanges."""
        if _is_tallied(query):
            return self._tallied(query)
        statement = _matching(select(func.count()).select_from(tables.exchanges), query)
        if _asks_for_events(query):
            statement = statement.join(self._events, true()).where(*self._event_terms(query))
        return self._number(statement)

    def counts(self, api_key: str | None = None) -> list[Count]:
        """Count events by region, endpoint and type."""
        return [count for count in self.totals(api_key) if count.type != THE_REQUEST]

    def totals(self, api_key: str | None = None) -> list[Count]:
        """Count requests and events by region, endpoint and type."""
        columns = (tables.tallies.c.region, tables.tallies.c.endpoint, tables.tallies.c.type)
        statement = select(*columns, _RECEIVED, _BROKEN).where(*_terms(tables.tallies, Query(api_key=api_key)))
        return [Count(*row) for row in self._all(statement.group_by(*columns).order_by(*columns))]

    def keys(self) -> dict[str, int]:
        """Count exchanges by API key."""
        of_requests = tables.tallies.c.type == THE_REQUEST
        statement = select(tables.tallies.c.api_key, _RECEIVED).where(of_requests).group_by(tables.tallies.c.api_key)
        return dict(self._all(statement))

    def last_id(self) -> int:
        """Tell the number of the last exchange that was recorded."""
        return self._number(_LAST)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _event_terms(self, query: Query) -> Iterator[ColumnElement[bool]]:
        for name, place in _PLACES.items():
            if (wanted := getattr(query, name)) is not None:
                yield self._events.c.value.op("->>")(literal_column(str(place))) == wanted

    def _all(self, statement: Select[Any]) -> Sequence[Any]:
        """Run a query; take every row before the connection goes back, or its cursor keeps an old snapshot alive."""
        try:
            with self._engine.connect() as connection:
                return connection.execute(statement).all()
        except SQLAlchemyError as error:
            raise StoreError(f"{self._database.name} cannot be read: {error}") from error

    def _number(self, statement: Any) -> int:
        (number,) = self._all(statement)[0]
        return int(number)

    def _tallied(self, query: Query) -> int:
        wanted = {None: _RECEIVED, True: _RECEIVED - _BROKEN, False: _BROKEN}[query.good]
        of_type = tables.tallies.c.type == (query.type or THE_REQUEST)
        return self._number(select(wanted).where(of_type, *_terms(tables.tallies, query)))


def _is_tallied(query: Query) -> bool:
    """Tell whether the tallies know: what they count apart is a request's, or else a type's, keeping its contract."""
    details = (query.name, query.visitor_id, query.account_id)
    known = query.endpoint is None or query.endpoint in ENDPOINT_NAMES
    return known and not query.after and not any(details) and (query.type is None or query.good is None)


def _stored(row: Row[Any]) -> Stored:
    envelope = Envelope(row.method, row.url, json.loads(row.headers), row.body, row.received_at)
    return Stored(row.id, row.status, row.fault, tuple(json.loads(row.notes)), row.refusal, envelope)


def _terms(source: TableClause, query: Query) -> list[ColumnElement[bool]]:
    wanted = {"api_key": query.api_key, "region": query.region, "endpoint": query.endpoint}
    return [source.c[name] == value for name, value in wanted.items() if value is not None]


def _asks_for_events(query: Query) -> bool:
    return any(getattr(query, name) is not None for name in _PLACES)


def _matching(statement: Select[Any], query: Query) -> Select[Any]:
    statement = statement.where(*_terms(tables.exchanges, query))
    if query.after:
        statement = statement.where(tables.exchanges.c.id > query.after)
    if query.good is not None:
        statement = statement.where(tables.exchanges.c.good.is_(query.good))
    return statement
