"""Copies every row of a store to another store."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, get_type_hints

from pendo_emulator.errors import StoreError
from pendo_emulator.state.folder import StateError
from pendo_emulator.storage.tables import JOURNAL, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.storage.database import Database
    from pendo_emulator.storage.tables import Table

# Rows that are in memory at once.
BATCH: Final = 500
# Both databases read what was committed when the transaction began.
_SNAPSHOT: Final = {True: "BEGIN", False: "BEGIN ISOLATION LEVEL REPEATABLE READ"}
# The writers of a store wait for the row of the journal.
_LOCK: Final = "UPDATE journal SET checked_at = checked_at RETURNING last_id, change"


def copy_rows(source: Database, target: Database) -> None:
    """Copy all rows of all tables in one transaction; both stores have the tables of this version.

    Raises StateError if something was recorded or set in the target already, and StoreError if a store fails.
    """
    try:
        with closing(source.connect()) as reading, closing(target.connect()) as writing:
            cursor = writing.cursor()
            target.begin(cursor)
            cursor.execute(_LOCK)
            if any(cursor.fetchone()):
                raise StateError(f"the store {target.name} is not empty: a state is imported only into an empty store")
            reading.execute(_SNAPSHOT[source.file is not None])
            cursor.execute(f"DELETE FROM {JOURNAL.name}")  # noqa: S608 - a name of our own
            for table in TABLES:
                _copy_table(table, source, reading, target, cursor)
            cursor.execute("COMMIT")
    except (source.errors, target.errors) as error:
        text = str(error).strip() or type(error).__name__
        raise StoreError(f"the state cannot be copied from {source.name} to {target.name}: {text}") from error


def _copy_table(table: Table, source: Database, reading: Any, target: Database, cursor: Any) -> None:
    insert = target.render(table.insert())
    rows = _rows(table, source, reading)
    while batch := list(islice(rows, BATCH)):
        cursor.executemany(insert, batch)


def _rows(table: Table, source: Database, connection: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table, with values that both databases accept."""
    declared = get_type_hints(table.row, include_extras=True)
    columns = [
        f"CAST({name} AS TEXT)" if "{JSON}" in declared[name].__metadata__[0] else name for name in table.columns
    ]
    booleans = [table.types[name] is bool for name in table.columns]
    # A named cursor of PostgreSQL reads in pieces; SQLite always does.
    with closing(connection.cursor() if source.file else connection.cursor("state")) as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table.name}")  # noqa: S608 - names of our own
        for row in cursor:
            yield tuple(bool(value) if is_boolean else value for value, is_boolean in zip(row, booleans, strict=True))
