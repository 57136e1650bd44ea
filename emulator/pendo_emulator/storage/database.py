"""Database: where exchanges are kept, SQLite or PostgreSQL, and all in which the two differ for whoever writes."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Durability = Literal["full", "normal", "memory"]

# In seconds: how long a lock that somebody else holds is waited for, how long until it is tried again, and how long
# PostgreSQL may take to answer.
LOCK_PATIENCE: Final = 1.0
LOCK_GLANCE: Final = 0.0005
ANSWER_PATIENCE: Final = 5

_SYNCHRONOUS: Final = {"full": "FULL", "normal": "NORMAL", "memory": "OFF"}
_SYNCHRONOUS_COMMIT: Final = {"full": "on", "normal": "off"}
_KIND: Final = 0xFF  # of an error; the rest says more, as that somebody else recovers the file from a crash
_MIGRATION_LOCK: Final = 0x70656E646F
_POSTGRES: Final = ("postgresql", "postgres", "postgresql+psycopg")


class StoreError(Exception):
    """The store cannot be used; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Database:
    """How one database is reached and spoken to.

    `url` is SQLAlchemy's; `name` is for people and has no password. `connect` opens a connection that commits when it
    is told to; what it and its cursors raise is `errors`. `begin` has a cursor begin to write as soon as nobody else
    does, the statements `begin_alone` to make or upgrade the tables, which `tables` names. `types` fills in what the
    schema leaves open; `mark` is a value in a statement.
    """

    name: str
    url: str
    connect: Callable[[], Any]
    errors: type[Exception]
    begin: Callable[[Any], object]
    begin_alone: tuple[str, ...]
    tables: str
    mark: str
    types: Mapping[str, str]
    file: Path | None = None

    def spell(self, statement: str) -> str:
        """Spell a statement with `?` for its values as the driver wants it."""
        return statement.replace("?", self.mark)


def open_database(address: Path | str, durability: Durability) -> Database:
    """Find the database at a path or URL; raise StoreError for what is neither SQLite nor PostgreSQL."""
    if isinstance(address, Path) or "://" not in address:
        return _sqlite(Path(address), durability)
    scheme, _, rest = address.partition("://")
    if scheme == "sqlite":
        return _sqlite(Path(rest[1:]), durability)
    if scheme in _POSTGRES:
        return _postgresql(f"postgresql://{rest}", durability)
    raise StoreError(f"{scheme}:// is no store: give a file, or postgresql://user@host/database")


def _sqlite(file: Path, durability: Durability) -> Database:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            file, timeout=LOCK_PATIENCE, isolation_level=None, check_same_thread=False, factory=_Connection
        )
        connection.execute(f"PRAGMA synchronous={_SYNCHRONOUS[durability]}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.identity = _identity(file)
        return connection

    def begin(cursor: sqlite3.Cursor) -> None:
        if _identity(file) != cast("_Connection", cursor.connection).identity:
            raise sqlite3.OperationalError("the file is gone, or is another now")
        _take_turn(cursor)

    return Database(
        name=str(file),
        url=f"sqlite:///{file}",
        connect=connect,
        errors=sqlite3.Error,
        begin=begin,
        begin_alone=("BEGIN IMMEDIATE",),
        tables="SELECT name FROM sqlite_master WHERE type = 'table'",
        mark="?",
        types={"ID": "INTEGER", "BYTES": "BLOB", "JSON": "TEXT", "CLUSTERED": "WITHOUT ROWID"},
        file=file,
    )


class _Connection(sqlite3.Connection):
    """A connection that knows which file it has open: one that was deleted can be written to all the same."""

    identity: tuple[int, int] | None = None


def _identity(file: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        state = os.stat(file)  # noqa: PTH116 - once for every transaction
        return state.st_dev, state.st_ino
    return None


def _take_turn(cursor: sqlite3.Cursor) -> None:
    """Begin to write as soon as nobody else does.

    SQLite by itself would look again ever more seldom, ten times a second in the end: among writers that never rest
    one would find the lock taken for seconds.
    """
    deadline = time.monotonic() + LOCK_PATIENCE
    cursor.execute("PRAGMA busy_timeout=0")
    while not _begun(cursor, deadline):
        time.sleep(LOCK_GLANCE)


def _begun(cursor: sqlite3.Cursor, deadline: float) -> bool:
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & _KIND != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
            raise
        return False
    return True


def _postgresql(url: str, durability: Durability) -> Database:
    if durability == "memory":
        raise StoreError("PostgreSQL keeps what it is given: --durability memory is for a store of the emulator's own")
    try:
        from psycopg import Error  # noqa: PLC0415 - takes longer to load than the emulator to start

        from pendo_emulator.storage.postgresql import Connection  # noqa: PLC0415 - as above
    except ImportError as error:
        raise StoreError("PostgreSQL needs psycopg: pip install 'pendo-emulator[postgresql]'") from error

    options = (
        f"-c synchronous_commit={_SYNCHRONOUS_COMMIT[durability]} -c lock_timeout={LOCK_PATIENCE:g}s"
        f" -c statement_timeout={ANSWER_PATIENCE}s"
    )

    def connect() -> Connection:
        return Connection.connect(url, autocommit=True, connect_timeout=ANSWER_PATIENCE, options=options)

    parts = urlsplit(url)
    return Database(
        name=f"postgresql://{parts.hostname or ''}{parts.path}",
        url=url.replace("postgresql://", "postgresql+psycopg://", 1),
        connect=connect,
        errors=Error,
        begin=lambda cursor: cursor.execute("BEGIN"),
        begin_alone=("BEGIN", f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"),
        tables="SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()",
        mark="%s",
        types={"ID": "BIGINT", "BYTES": "BYTEA", "JSON": "JSONB", "CLUSTERED": ""},
    )
