"""A thread that maintains the store: it checkpoints SQLite's log, applies retention and reloads the keys."""

from __future__ import annotations

import logging
import os
import time
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.errors import StoreError
from pendo_emulator.recorder.retention_sweep import RetentionSweeper

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import Self

    from pendo_emulator.recorder.recorder import Recorder

# In seconds: the time between two looks for work, and the longest time without maintenance.
LOOK_INTERVAL: Final = 0.05
INTERVAL: Final = 0.25
RELOAD_INTERVAL: Final = 60.0
# Requests after which maintenance does not wait: on one processor, new requests wait while many pages are copied.
MANY_REQUESTS: Final = 100
# In pages of SQLite's log.
LONG_LOG: Final = 2_000
TOO_LONG_LOG: Final = 64 * 1024

_PROBE: Final = "SELECT change FROM journal"
_DESCRIPTORS: Final = Path("/proc/self/fd")

log = logging.getLogger("pendo-emulator")


class MaintenanceThread:
    """Maintains a recorder's store, and reloads its keys every RELOAD_INTERVAL seconds.

    It maintains the store every INTERVAL seconds, and sooner after MANY_REQUESTS requests.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._database = recorder.store.database
        self._stopped = Event()
        self._checkpointed = self._maintained_requests = 0
        self._maintained_at = self._reloaded_at = time.monotonic()
        self._warning = ""
        self._thread = Thread(target=self._run, name="pendo-emulator-maintenance", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(INTERVAL):
            try:
                with closing(self._database.connect()) as connection:
                    self._run_on(connection)
            except (StoreError, self._database.errors) as error:
                self._warn_once(str(error))

    def _run_on(self, connection: Any) -> None:
        """Maintain the store until stopped or the connection fails."""
        sweeper = RetentionSweeper(self._recorder, connection)
        while not self._stopped.wait(LOOK_INTERVAL):
            if self._is_due():
                self._maintain(connection, sweeper)
                self._warning = ""

    def _is_due(self) -> bool:
        """Return whether INTERVAL seconds or MANY_REQUESTS requests have passed since the last maintenance."""
        requests = self._recorder.recorded - self._maintained_requests
        return requests >= MANY_REQUESTS or time.monotonic() - self._maintained_at >= INTERVAL

    def _warn_once(self, warning: str) -> None:
        """Log why maintenance fails, but only once for the same reason."""
        if warning != self._warning:
            log.warning("maintenance of %s: %s", self._database.name, warning)
        self._warning = warning

    def _maintain(self, connection: Any, sweeper: RetentionSweeper) -> None:
        self._maintained_at, self._maintained_requests = time.monotonic(), self._recorder.recorded
        self._database.check_files(connection)
        # This reads also because a connection that cannot read keeps SQLite from repairing the log.
        (change,) = connection.execute(_PROBE).fetchone()
        access = self._recorder.access
        if change != access.settings.change and not access.error:
            access.refresh()  # another process changed settings, perhaps the faults of a host
        commits = self._recorder.access.commits
        if self._database.file and commits != self._checkpointed:
            self._checkpointed = commits
            checkpoint(connection, self._database.file, self._recorder.access.lock)
        if time.monotonic() - self._reloaded_at > RELOAD_INTERVAL:
            self._recorder.access.reload_keys()
            self._reloaded_at = time.monotonic()
        while self._recorder.retention.bounded and not self._stopped.is_set() and sweeper.step():
            pass


def checkpoint(connection: Any, file: Path, write_lock: AbstractContextManager[Any]) -> None:
    """Copy SQLite's log into the file; restart the log when it is LONG_LOG pages long.

    SQLite's own checkpoints would run inside a request and delay it by ten milliseconds or more. This one copies while
    recording continues. SQLite restarts the log only after the whole log is copied. So if the log is long, recording
    pauses for a millisecond or two while the rest is copied. If the log is longer than TOO_LONG_LOG pages, because
    other processes keep adding to it, they must wait too.
    """
    if copy_log(connection) <= LONG_LOG:
        return
    _sync(connection, file)
    pages = copy_log(connection)
    with write_lock:
        copy_log(connection, "PASSIVE" if pages <= TOO_LONG_LOG else "RESTART")


def copy_log(connection: Any, mode: str = "PASSIVE") -> int:
    """Copy SQLite's log into the file; return its length in pages."""
    _, pages, _ = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    return int(pages)


def _sync(connection: Any, file: Path) -> None:
    """Flush the copied pages to disk now, so that recording does not have to wait for this later.

    Uses one of SQLite's own file descriptors, because closing a descriptor of ours would release SQLite's locks
    (POSIX). If the system does not list the descriptors, recording pauses for longer.
    """
    (waits_for_disk,) = connection.execute("PRAGMA synchronous").fetchone()
    for descriptor in _DESCRIPTORS.glob("[0-9]*") if waits_for_disk else ():
        with suppress(OSError):  # closed meanwhile
            if descriptor.samefile(file):
                os.fdatasync(int(descriptor.name))
                return
