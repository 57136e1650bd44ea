"""The two databases that a store can use, SQLite and PostgreSQL, and their differences."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from urllib.parse import urlsplit

from msgspec import Struct

from pendo_emulator.errors import StoreError
from pendo_emulator.storage.sqlite_connection import (
    APPLICATION_ID,
    FOREIGN,
    TABLES,
    WatchedConnection,
    is_foreign,
    refuse_foreign_file,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Durability = Literal["full", "normal", "memory"]

# In seconds: the longest wait for a lock of another writer, the time between two attempts to get it, and the longest
# time for a statement of PostgreSQL.
LOCK_TIMEOUT: Final = 1.0
LOCK_RETRY: Final = 0.0005
STATEMENT_TIMEOUT: Final = 5

_SYNCHRONOUS: Final = {"full": "FULL", "normal": "NORMAL", "memory": "OFF"}
_SYNCHRONOUS_COMMIT: Final = {"full": "on", "normal": "off"}
# The bits of an error code that contain its kind. The other bits are details, such as a recovery by another process.
_KIND: Final = 0xFF
_MIGRATION_LOCK: Final = 0x70656E646F
_POSTGRES: Final = ("postgresql", "postgres", "postgresql+psycopg")


class Database(Struct, frozen=True):
    """A database: its connections and its SQL dialect.

    `name` is for people and contains no password; `url` is SQLAlchemy's. `connect` opens a connection that commits only
    on COMMIT; it and its cursors raise `errors`. `begin` starts a write transaction on a cursor as soon as no other
    writer has one. `begin` and `check_files` raise an error if a file of the connection was removed, replaced or
    truncated; `damage` returns what happened to it, or "". The statements `begin_exclusive` start the transaction that
    creates or upgrades the tables, and the statement `tables` lists their names. `types` fills in the types in braces
    of `tables.py`. `placeholder` is a value of a statement. `file` is the database file, None for PostgreSQL.
    """

    name: str
    url: str
    connect: Callable[[], Any]
    errors: type[Exception]
    begin: Callable[[Any], object]
    check_files: Callable[[Any], object]
    damage: Callable[[Any], str]
    begin_exclusive: tuple[str, ...]
    tables: str
    placeholder: str
    types: Mapping[str, str]
    file: Path | None = None

    def render(self, statement: str) -> str:
        """Replace each `?` of a statement by the driver's own placeholder."""
        return statement.replace("?", self.placeholder)


def open_database(address: Path | str, durability: Durability) -> Database:
    """Return the database at a path or URL; raise StoreError for a URL of neither SQLite nor PostgreSQL."""
    if isinstance(address, Path) or "://" not in address:
        return _sqlite(Path(address), durability)
    scheme, _, rest = address.partition("://")
    if scheme == "sqlite":
        return _sqlite(Path(rest[1:]), durability)
    if scheme in _POSTGRES:
        return _postgresql(f"postgresql://{rest}", durability)
    raise StoreError(f"{scheme}:// is not supported as a store: give a file, or postgresql://user@host/database")


def _sqlite(file: Path, durability: Durability) -> Database:
    def connect() -> WatchedConnection:
        refuse_foreign_file(file)
        connection = sqlite3.connect(
            file, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False, factory=WatchedConnection
        )
        try:
            _refuse_foreign(connection)
            connection.execute(f"PRAGMA synchronous={_SYNCHRONOUS[durability]}")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA wal_autocheckpoint=0")
            connection.watch(file)
        except sqlite3.Error:
            connection.close()  # an open connection keeps SQLite from repairing the log
            raise
        return connection

    def begin(cursor: sqlite3.Cursor) -> None:
        cast("WatchedConnection", cursor.connection).check_files()
        _begin_immediate(cursor)

    return Database(
        name=str(file),
        url=f"sqlite:///{file}",
        connect=connect,
        errors=sqlite3.Error,
        begin=begin,
        check_files=WatchedConnection.check_files,
        damage=WatchedConnection.damage,
        begin_exclusive=("BEGIN IMMEDIATE", f"PRAGMA application_id={APPLICATION_ID}"),
        tables=TABLES,
        placeholder="?",
        types={"ID": "INTEGER", "BYTES": "BLOB", "JSON": "TEXT", "CLUSTERED": "WITHOUT ROWID", "ORDERED": ""},
        file=file,
    )


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    """Raise sqlite3.DatabaseError for a database of another program, before anything is written to it."""
    if is_foreign(connection):
        raise sqlite3.DatabaseError(FOREIGN)


def _begin_immediate(cursor: sqlite3.Cursor) -> None:
    """Start a write transaction; wait for another writer for at most LOCK_TIMEOUT seconds.

    SQLite's own busy handler waits longer after each attempt, up to 100 ms: with several busy writers, one of them
    could wait for seconds.
    """
    deadline = time.monotonic() + LOCK_TIMEOUT
    cursor.execute("PRAGMA busy_timeout=0")
    while not _try_to_begin(cursor, deadline):
        time.sleep(LOCK_RETRY)


def _try_to_begin(cursor: sqlite3.Cursor, deadline: float) -> bool:
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & _KIND != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
            raise
        return False
    return True


def _postgresql(url: str, durability: Durability) -> Database:
    name = _public_name(url)
    if durability == "memory":
        raise StoreError("PostgreSQL has no durability `memory`: use `normal` or `full`, or leave out the store")
    try:
        from psycopg import Error  # noqa: PLC0415 - optional, and slow to load

        from pendo_emulator.storage.postgresql_connection import PostgresqlConnection  # noqa: PLC0415 - imports psycopg
    except ImportError as error:
        raise StoreError("PostgreSQL needs psycopg: pip install 'pendo-emulator[postgresql]'") from error

    options = (
        f"-c synchronous_commit={_SYNCHRONOUS_COMMIT[durability]} -c lock_timeout={LOCK_TIMEOUT:g}s"
        f" -c statement_timeout={STATEMENT_TIMEOUT}s"
    )

    def connect() -> PostgresqlConnection:
        return PostgresqlConnection.connect(url, autocommit=True, connect_timeout=STATEMENT_TIMEOUT, options=options)

    return Database(
        name=name,
        url=url.replace("postgresql://", "postgresql+psycopg://", 1),
        connect=connect,
        errors=Error,
        begin=lambda cursor: cursor.execute("BEGIN"),
        check_files=lambda _: None,
        damage=lambda _: "",
        begin_exclusive=("BEGIN", f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"),
        tables="SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()",
        placeholder="%s",
        types={"ID": "BIGINT", "BYTES": "BYTEA", "JSON": "JSONB", "CLUSTERED": "", "ORDERED": ' COLLATE "C"'},
    )


def _public_name(url: str) -> str:
    """Return the host and the database of a URL, without its password; raise StoreError if it is not a URL."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise StoreError(f"the postgresql:// URL of the store is not valid: {error}") from error
    return f"postgresql://{parts.hostname or ''}{parts.path}"
