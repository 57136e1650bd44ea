"""A SQLite connection that notices when another program removes, replaces or truncates its files.

SQLite itself continues to write to a deleted file or log: the writes succeed, but the data is lost.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    # The device and the number of a file.
    Identity = tuple[int, int]

LOG_SUFFIX: Final = "-wal"
_INDEX_SUFFIX: Final = "-shm"


class WatchedConnection(sqlite3.Connection):
    """A connection that remembers the identity of its database file and of its log, and the length of the log."""

    _file = ""
    _identity: Identity | None = None
    _log = ""
    _log_identity: Identity | None = None
    _log_size = 0

    def watch(self, file: Path) -> None:
        """Remember the current state of the files that the connection has opened."""
        self.execute("PRAGMA schema_version").fetchone()  # opens the log
        self._file, self._log = str(file), f"{file}{LOG_SUFFIX}"
        state, log_state = _stat(self._file), _stat(self._log)
        self._identity, self._log_identity = _identity(state), _identity(log_state)
        self._log_size = log_state.st_size if log_state else 0

    def damage(self) -> str:
        """Return what happened to the files since `watch`, or "". Called for every transaction."""
        state, log_state = _stat(self._file), _stat(self._log)
        if _identity(state) != self._identity:
            return "the file was deleted or replaced"
        if state and not state.st_size:
            return "the file was truncated"
        if _identity(log_state) != self._log_identity:
            return f"the file's log, {self._log}, was deleted or replaced"
        if log_state and log_state.st_size < self._log_size and not self._was_restarted(log_state.st_size):
            return f"the file's log, {self._log}, was truncated; the last requests before that may be lost"
        self._log_size = log_state.st_size if log_state else 0
        return ""

    def check_files(self) -> None:
        """Raise sqlite3.OperationalError if a file was removed, replaced or truncated; first save the data if possible.

        After the error the caller must close the connection; a new connection uses the files that exist at that time.
        """
        if damage := self.damage():
            self._save()
            raise sqlite3.OperationalError(damage)

    def _was_restarted(self, size: int) -> bool:
        """Return whether another program emptied the log by a checkpoint, as SQLite allows."""
        if size:
            return False
        with suppress(sqlite3.Error):
            _, pages, _ = self.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            return not pages
        return False

    def _save(self) -> None:
        """Copy the log that this connection has open into the file that it has open, if both are complete.

        If the file is gone, the log must be deleted: SQLite would copy it into any database that is moved there.
        """
        state, log_state = _stat(self._file), _stat(self._log)
        moved, own_log = _identity(state) != self._identity, _identity(log_state) == self._log_identity
        if not moved and state and not state.st_size:
            if own_log:
                os.truncate(self._log, 0)
            return
        if moved or not own_log:
            with suppress(sqlite3.Error):
                self.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if moved and own_log and log_state:
            for name in (self._log, f"{self._file}{_INDEX_SUFFIX}"):
                with suppress(OSError):
                    os.unlink(name)  # noqa: PTH108 - a name, not a Path


def _stat(file: str) -> os.stat_result | None:
    try:
        return os.stat(file)  # noqa: PTH116 - faster, and called for every transaction
    except OSError:
        return None


def _identity(state: os.stat_result | None) -> Identity | None:
    return (state.st_dev, state.st_ino) if state else None
