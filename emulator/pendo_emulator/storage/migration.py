"""Migration: a store's tables are made, upgraded or refused; never left half done."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.storage.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.storage.database import Database

VERSION: Final = 2

_SCHEMA: Final = resources.files("pendo_emulator").joinpath("storage", "schema")


def migrate(cursor: Any, database: Database) -> None:
    """Bring a store to VERSION; raise StoreError for one that a newer emulator wrote.

    All of it is one transaction. An upgrade renames the tables there are, makes those of today and fills them.
    """
    cursor.execute(database.tables)
    if "journal" in {name for (name,) in cursor.fetchall()} and _version(cursor, database) == VERSION:
        return
    for statement in database.begin_alone:
        cursor.execute(statement)
    cursor.execute(database.tables)
    tables = {name for (name,) in cursor.fetchall()}
    if "journal" not in tables:
        _make(cursor, database, "upgrade_1.sql" if {"exchanges", "events"} <= tables else "schema.sql")
    cursor.execute("COMMIT")


def _make(cursor: Any, database: Database, file: str) -> None:
    try:
        for statement in _statements(file, database):
            cursor.execute(statement)
    except database.errors as error:
        raise StoreError(
            f"{database.name} is no store of this emulator, or not one that it can upgrade ({error}); "
            "it is left as it was: choose another store"
        ) from error


def _version(cursor: Any, database: Database) -> int:
    cursor.execute("SELECT version FROM journal")
    version: int = cursor.fetchone()[0]
    if version != VERSION:
        raise StoreError(
            f"{database.name} is a store of version {version}, this emulator writes version {VERSION}: "
            "use the emulator that wrote it, or another store"
        )
    return version


def _statements(file: str, database: Database) -> Iterator[str]:
    for statement in _SCHEMA.joinpath(file).read_text("utf-8").split(";\n"):
        if statement == "\n{SCHEMA}":
            yield from _statements("schema.sql", database)
        elif statement.strip():
            yield statement.format(**database.types)
