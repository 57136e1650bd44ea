"""A SQLite connection that notices when another program removes, replaces, truncates or overwrites its files.

SQLite itself goes on writing to a file or a log that has no name any more: the writes succeed, and nothing is kept. It
also copies its log over a database that another program has written into the file.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

OVERWRITTEN: Final = "another program wrote over the file"
FOREIGN: Final = "it is not a store of this emulator: choose another store"

# The device and the number of a file.
Identity = tuple[int, int]

LOG_SUFFIX: Final = "-wal"
TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table'"
# In seconds: how long readers of an older state can delay the rescue of a log, and how often it is tried.
RESCUE_TIMEOUT: Final = 0.5
RESCUE_RETRY: Final = 0.01

_INDEX_SUFFIX: Final = "-shm"
# Marks the file of a store in its header. Stores that earlier versions created do not have it. The bytes spell "Pndo".
APPLICATION_ID: Final = 0x506E646F
# Every store has one of these tables, also stores of older versions.
_OWN_TABLES: Final = ("journal", "exchanges")
# The header of a log (documented): the number is increased by one when SQLite starts the log again.
_HEADER_SIZE: Final = 32
_MAGIC: Final = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_NUMBER: Final = slice(16, 20)
_MAX_RESTARTS: Final = 1_000_000


class WatchedConnection(sqlite3.Connection):
    """A connection that knows the identity of its database file and of its log, and how long the log is."""

    _file = ""
    _identity: Identity | None = None
    _changed_at = 0
    _was_marked = False
    _log = ""
    _log_identity: Identity | None = None
    _log_size = 0
    _open_log: IO[bytes] | None = None

    def watch(self, file: Path) -> None:
        """Remember the files, which the connection has opened, as they are now."""
        self.execute("PRAGMA schema_version").fetchone()  # opens the log
        self._file, self._log = str(file), f"{file}{LOG_SUFFIX}"
        self._identity = _identity(_stat(self._file))
        with suppress(OSError):
            self._open_log = Path(self._log).open("rb", buffering=0)  # noqa: SIM115 - `close` closes it
            state = os.fstat(self._open_log.fileno())
            self._log_identity, self._log_size = _identity(state), state.st_size

    def close(self) -> None:
        """Close the connection."""
        if self._open_log:
            self._open_log.close()
        super().close()

    def damage(self) -> str:
        """Return what happened to the files since `watch`, or "". Called for every transaction."""
        state, log_state = _stat(self._file), _stat(self._log)
        if _identity(state) != self._identity:
            return "the file was deleted or replaced"
        if state and not state.st_size:
            return "the file was truncated"
        if state and state.st_mtime_ns != self._changed_at and self._was_overwritten(state.st_mtime_ns):
            return OVERWRITTEN
        if _identity(log_state) != self._log_identity:
            return f"the file's log, {self._log}, was deleted or replaced"
        if log_state and log_state.st_size < self._log_size and not self._was_emptied(log_state.st_size):
            return f"the file's log, {self._log}, was truncated; the last requests before that may be lost"
        self._log_size = log_state.st_size if log_state else 0
        return ""

    def check_files(self) -> None:
        """Raise sqlite3.OperationalError if a file was removed, replaced, cut or overwritten; save what can be saved.

        The caller must close the connection then: a later one uses the files that exist by then.
        """
        if damage := self.damage():
            self._save()
            raise sqlite3.OperationalError(damage)

    def _was_overwritten(self, changed_at: int) -> bool:
        """Return whether another program wrote something else than a store into the file, which was changed.

        A database of another program is recognized only in place of a store with APPLICATION_ID. SQLite copies the page
        with this id before the other pages of a log: without the id, tables are not read from a half copied log.
        """
        try:
            is_marked = _read_file(self._file, _is_marked)
            self._was_marked = self._was_marked or is_marked or _is_marked(self)
            if self._was_marked and not is_marked and is_foreign_file(self._file):
                return True
        except sqlite3.Error as error:
            return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB
        self._changed_at = changed_at
        return False

    def _was_emptied(self, size: int) -> bool:
        """Return whether another program emptied the log by a checkpoint, as SQLite allows."""
        if size:
            return False
        with suppress(sqlite3.Error):
            _, pages, _ = self.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            return not pages
        return False

    def _save(self) -> None:
        """Copy the log that this connection has open into the file that it has open, if both are complete.

        The log must not stay where its file is gone: SQLite would copy it over a database that is moved there.
        """
        state, log_state = _stat(self._file), _stat(self._log)
        moved, own_log = _identity(state) != self._identity, _identity(log_state) == self._log_identity
        if not moved and state and (not state.st_size or self._was_overwritten(state.st_mtime_ns)):
            if own_log:
                os.truncate(self._log, 0)
        elif moved or (not own_log and not self._has_successor()):
            self._copy_log()
        if moved and own_log and log_state:
            for name in (self._log, f"{self._file}{_INDEX_SUFFIX}"):
                with suppress(OSError):
                    os.unlink(name)  # noqa: PTH108 - a name, not a Path

    def _copy_log(self) -> None:
        deadline = time.monotonic() + RESCUE_TIMEOUT
        with suppress(sqlite3.Error):
            while time.monotonic() < deadline:
                _, pages, copied = self.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                if pages == copied:
                    return
                time.sleep(RESCUE_RETRY)

    def _has_successor(self) -> bool:
        """Return whether another connection copied the log already and began a new one.

        SQLite's index then describes the new log: a copy of the old one would overwrite the file with old pages.
        """
        if self._open_log is None:
            return True
        try:
            self._open_log.seek(0)
            old = self._open_log.read(_HEADER_SIZE)
            with Path(self._log).open("rb", buffering=0) as file:
                new = file.read(_HEADER_SIZE)
        except OSError:
            return False
        if len(new) < _HEADER_SIZE or new[:4] not in _MAGIC:
            return False
        restarts = (int.from_bytes(new[_NUMBER], "big") - int.from_bytes(old[_NUMBER], "big")) % 2**32
        return len(old) < _HEADER_SIZE or 0 < restarts <= _MAX_RESTARTS


def refuse_foreign_file(file: Path) -> None:
    """Raise sqlite3.DatabaseError for a file that is no database, or has tables and none of a store.

    A damaged database is accepted here, because a store looks damaged while its log is copied into it. SQLite must not
    open such a file itself: if the log of a store lies beside it, SQLite takes the log for the file's own, copies it
    over the file at the end, and deletes it.
    """
    try:
        foreign = is_foreign_file(str(file))
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            raise
        return
    if foreign:
        raise sqlite3.DatabaseError(FOREIGN)


def is_foreign_file(file: str) -> bool:
    """Return whether a file, without its log, is a database of another program."""
    return _read_file(file, is_foreign) and not _read_file(file, _is_marked)


def _read_file(file: str, read: Callable[[sqlite3.Connection], bool]) -> bool:
    """Read a database file without its log.

    Python's `open` must not be used for this file: closing it would release SQLite's locks (POSIX), and the next
    reader in another process would delete the log while this process writes to it.
    """
    address = f"{Path(file).absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        return read(connection)


def _is_marked(connection: sqlite3.Connection) -> bool:
    (number,) = connection.execute("PRAGMA application_id").fetchone()
    return bool(number == APPLICATION_ID)


def is_foreign(connection: sqlite3.Connection) -> bool:
    """Return whether a database has tables, but none of a store."""
    tables = {name for (name,) in connection.execute(TABLES)}
    return bool(tables) and tables.isdisjoint(_OWN_TABLES)


def _stat(file: str) -> os.stat_result | None:
    try:
        return os.stat(file)  # noqa: PTH116 - faster, and called for every transaction
    except OSError:
        return None


def _identity(state: os.stat_result | None) -> Identity | None:
    return (state.st_dev, state.st_ino) if state else None
