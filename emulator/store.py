"""The store: exchanges and an index of their events in a database, written before the request is answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, create_engine, delete, event, func, insert, select

from contracts.envelope import Envelope
from emulator import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, Table
    from sqlalchemy.engine.interfaces import DBAPIConnection

    from contracts.beacon import Event
    from emulator.exchange import Exchange

PAGE_LIMIT: Final = 1000
READERS: Final = 8
PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for; None means any.

    The event fields (`type`, `name`, `visitor_id`, `account_id`) select exchanges that carry such an event. `after`
    is the id of the last exchange already seen.
    """

    api_key: str | None = None
    region: str | None = None
    endpoint: str | None = None
    good: bool | None = None
    type: str | None = None
    name: str | None = None
    visitor_id: str | None = None
    account_id: str | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """A recorded request as it lies in the store; decoding and judging it again gives its verdicts."""

    id: int
    status: int
    fault: str
    notes: tuple[str, ...]
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Count:
    """How many events of a type were received in a region, and how many of them were broken."""

    region: str
    endpoint: str
    type: str
    received: int
    broken: int


class Store:
    """Exchanges in SQLite (WAL) or whatever database the URL names.

    One connection writes: `write` and `clear` must not run at the same time, which the Recorder's lock sees to.
    """

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url, pool_size=READERS, max_overflow=0, pool_timeout=PATIENCE)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _prepare_sqlite)
        table.metadata.create_all(self._engine)
        self._writer = self._engine.connect()

    def write(self, exchanges: Sequence[Exchange]) -> list[int]:
        """Commit exchanges and their event index; return their ids."""
        with self._writer.begin():
            return [_write_one(self._writer, exchange) for exchange in exchanges]

    def read(self, query: Query, limit: int = PAGE_LIMIT) -> list[Stored]:
        """Read the oldest `limit` exchanges that match, in the order they were recorded."""
        statement = _matching(select(table.exchanges), query).order_by(table.exchanges.c.id).limit(limit)
        with self._engine.connect() as connection:
            return [_stored(row) for row in connection.execute(statement).all()]

    def read_all(self, query: Query) -> Iterator[Stored]:
        """Read every exchange that matches, page by page."""
        while page := self.read(query):
            yield from page
            query = replace(query, after=page[-1].id)

    def count(self, query: Query) -> int:
        """Count matching events where the query names an event field, else matching exchanges."""
        if _event_terms(query):
            terms = [*_event_terms(query), *_terms(table.events, query)]
            statement = select(func.count()).select_from(table.events).where(*terms)
        else:
            statement = _matching(select(func.count()).select_from(table.exchanges), query)
        with self._engine.connect() as connection:
            return connection.execute(statement).scalar_one()

    def counts(self, api_key: str | None = None) -> list[Count]:
        """Count events by region, endpoint and type."""
        columns = (table.events.c.region, table.events.c.endpoint, table.events.c.type)
        broken = func.sum(func.cast(~table.events.c.kept, Integer))
        statement = select(*columns, func.count(), broken).group_by(*columns).order_by(*columns)
        if api_key is not None:
            statement = statement.where(table.events.c.api_key == api_key)
        with self._engine.connect() as connection:
            return [Count(*row) for row in connection.execute(statement).all()]

    def keys(self) -> dict[str, int]:
        """Count exchanges by API key."""
        statement = select(table.exchanges.c.api_key, func.count().label("exchanges")).group_by(
            table.exchanges.c.api_key
        )
        with self._engine.connect() as connection:
            return {row.api_key: row.exchanges for row in connection.execute(statement).all()}

    def clear(self, api_key: str) -> int:
        """Delete one key's exchanges; return how many there were."""
        with self._writer.begin():
            self._writer.execute(delete(table.events).where(table.events.c.api_key == api_key))
            return self._writer.execute(delete(table.exchanges).where(table.exchanges.c.api_key == api_key)).rowcount

    def close(self) -> None:
        """Close all connections."""
        self._writer.close()
        self._engine.dispose()


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_one(connection: Connection, exchange: Exchange) -> int:
    envelope, beacon = exchange.envelope, exchange.beacon
    common = {"api_key": beacon.api_key, "region": beacon.place.name, "endpoint": beacon.subject}
    row = common | {
        "method": envelope.method,
        "url": envelope.url,
        "headers": json.dumps(dict(envelope.headers)),
        "body": envelope.body,
        "received_at": envelope.received_at,
        "status": exchange.status,
        "good": exchange.good,
        "fault": exchange.fault,
        "notes": json.dumps(exchange.notes),
    }
    identity: int = connection.execute(insert(table.exchanges), row).inserted_primary_key[0]  # type: ignore[index]
    kept = {verdict.index: verdict.kept for verdict in exchange.verdicts if verdict.index is not None}
    rows = [
        common | _index_row(event) | {"exchange_id": identity, "position": event.index, "kept": kept[event.index]}
        for event in beacon.events
    ]
    if rows:
        connection.execute(insert(table.events), rows)
    return identity


def _index_row(event: Event) -> dict[str, Any]:
    value = event.value if isinstance(event.value, dict) else {}
    return {
        "type": event.type,
        "name": _text(value.get("track_event_name", value.get("event"))),
        "visitor_id": _text(value.get("visitor_id", value.get("visitorId", value.get("userId")))),
        "account_id": _text(value.get("account_id", value.get("accountId", value.get("groupId")))),
    }


def _text(value: object) -> str | None:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def _stored(row: Row[Any]) -> Stored:
    envelope = Envelope(row.method, row.url, json.loads(row.headers), row.body, row.received_at)
    return Stored(row.id, row.status, row.fault, tuple(json.loads(row.notes)), envelope)


def _terms(source: Table, query: Query) -> list[ColumnElement[bool]]:
    wanted = {"api_key": query.api_key, "region": query.region, "endpoint": query.endpoint}
    return [source.c[name] == value for name, value in wanted.items() if value is not None]


def _event_terms(query: Query) -> list[ColumnElement[bool]]:
    wanted = {
        "type": query.type,
        "name": query.name,
        "visitor_id": query.visitor_id,
        "account_id": query.account_id,
    }
    return [table.events.c[name] == value for name, value in wanted.items() if value is not None]


def _matching(statement: Select[Any], query: Query) -> Select[Any]:
    statement = statement.where(*_terms(table.exchanges, query))
    if query.after:
        statement = statement.where(table.exchanges.c.id > query.after)
    if query.good is not None:
        statement = statement.where(table.exchanges.c.good == query.good)
    if terms := _event_terms(query):
        statement = statement.where(table.exchanges.c.id.in_(select(table.events.c.exchange_id).where(*terms)))
    return statement
