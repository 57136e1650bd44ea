"""Creates or upgrades the tables of a store in one transaction; rejects a store that it cannot use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.errors import StoreError
from pendo_emulator.storage.tables import JOURNAL, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_emulator.storage.database import Database

VERSION: Final = 9

_NEW: Final = 0
# importlib.resources would take 6 ms of start-up time.
_UPGRADES: Final = Path(__file__).with_name("upgrades")


def migrate(cursor: Any, database: Database) -> None:
    """Upgrade a store to VERSION; raise StoreError for a store of a newer emulator or of another program."""
    if _version(cursor, database) == VERSION:
        return
    for statement in database.begin_exclusive:
        cursor.execute(statement)
    try:
        for statement in _statements(_version(cursor, database), database):
            cursor.execute(statement)
    except database.errors as error:
        raise StoreError(
            f"{database.name} is not a store of this emulator, or cannot be upgraded ({error}); "
            "it is unchanged: choose another store"
        ) from error
    cursor.execute("COMMIT")


def _version(cursor: Any, database: Database) -> int:
    """Return the version of a store, _NEW for an empty one; raise StoreError for a version that cannot be upgraded."""
    cursor.execute(database.tables)
    tables = {name for (name,) in cursor.fetchall()}
    if JOURNAL.name not in tables:  # the first version had no journal
        return 1 if {"exchanges", "events"} <= tables else _NEW
    cursor.execute("SELECT version FROM journal")
    version: int = cursor.fetchone()[0]
    if not 1 < version <= VERSION:
        raise StoreError(
            f"{database.name} is a store of version {version}, this emulator writes version {VERSION}: "
            "use the emulator that wrote it, or another store"
        )
    return version


def _statements(version: int, database: Database) -> Iterator[str]:
    if version == _NEW:
        for table in TABLES:
            yield from table.create(database.types)
        yield f"INSERT INTO journal VALUES ({VERSION}, 0, 0, 0)"  # noqa: S608 - a constant
        return
    for number in range(version, VERSION):
        script = _UPGRADES.joinpath(f"from_{number}.sql").read_text("utf-8")
        yield from filter(str.strip, script.format(**database.types).split(";\n"))
