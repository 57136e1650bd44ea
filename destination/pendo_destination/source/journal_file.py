"""The file of a journal: checks whether it is a journal and whether it still exists."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

# "PDJ1" in ASCII; SQLite stores it in the header of the file.
APPLICATION_ID: Final = 0x50444A31

# The row of a completed event stays with its id and without its event.
_CREATE: Final = f"""
    BEGIN IMMEDIATE;
    PRAGMA application_id = {APPLICATION_ID};
    CREATE TABLE IF NOT EXISTS accepted (
      number INTEGER PRIMARY KEY, source TEXT, message_id TEXT, event TEXT, UNIQUE (source, message_id)
    );
    COMMIT;
"""
_COLUMNS: Final = ["number", "source", "message_id", "event"]
_TABLES: Final = "SELECT CAST(name AS BLOB) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_MAX_TABLES_SHOWN: Final = 3

# A path's device and inode; None if there is no file.
Identity = tuple[int, int] | None


class JournalLostError(sqlite3.OperationalError):
    """The journal's file was deleted or replaced while it was in use."""


class JournalFile:
    """Detects that the file of an open journal, or the write-ahead log next to it, was deleted or replaced.

    SQLite does not detect this and continues to write to the deleted file.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._log = file.with_name(f"{file.name}-wal")
        self._identity = _identity(file)
        self._log_identity = _identity(self._log)

    def check(self) -> None:
        """Raise JournalLostError if the file is lost."""
        if self.is_lost():
            raise JournalLostError(f"{self._file} was deleted or replaced: start the server again")

    def is_lost(self) -> bool:
        """Return whether the file or its log was deleted or replaced; the log exists from the first write on."""
        log_identity = _identity(self._log)
        self._log_identity = self._log_identity or log_identity
        return self._identity != _identity(self._file) or self._log_identity != log_identity


def check_ownership(connection: sqlite3.Connection) -> None:
    """Lock a database for this process and make it a journal if it is empty.

    A journal of an earlier version has no application id. Raises sqlite3.DatabaseError for the database of another
    program, which stays as it is.
    """
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    _check_tables(connection)
    connection.executescript(_CREATE)


def refuse_foreign_file(file: Path) -> None:
    """Raise sqlite3.DatabaseError for a file that, without its log, is no database or that of another program.

    SQLite must not open such a file itself: it takes the log of a journal beside it for the file's own, copies it over
    the file, and deletes it. A damaged database is accepted, because a journal looks damaged while its log is copied.
    """
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            _check_tables(connection)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_NOTADB) == sqlite3.SQLITE_NOTADB:
            raise


def _check_tables(connection: sqlite3.Connection) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    tables = sorted(name.decode("utf-8", "replace") for (name,) in connection.execute(_TABLES))
    columns = [column[1] for column in connection.execute("PRAGMA table_info(accepted)")]
    is_ours = application_id in {0, APPLICATION_ID} and tables in ([], ["accepted"]) and columns in ([], _COLUMNS)
    if not is_ours:
        shown = ", ".join(ascii(name) for name in tables[:_MAX_TABLES_SHOWN]) or "no tables"
        more = ", ..." if len(tables) > _MAX_TABLES_SHOWN else ""
        raise sqlite3.DatabaseError(f"it is a database of another program ({shown}{more})")


def _identity(path: Path) -> Identity:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
