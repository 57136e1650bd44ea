"""Upkeep: what is done to the store beside recording, in a thread of its own: checkpoints, retention, a recount."""

from __future__ import annotations

import logging
import os
import time
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.recorder.retention_sweep import RetentionSweeper
from pendo_emulator.storage.database import StoreError

if TYPE_CHECKING:
    from typing import Self

    from pendo_emulator.recorder.recorder import Recorder

INTERVAL: Final = 0.25
BETWEEN_COUNTS: Final = 60.0
LONG_LOG: Final = 2_000
TOO_LONG_LOG: Final = 64 * 1024

_DESCRIPTORS: Final = Path("/proc/self/fd")

log = logging.getLogger("pendo-emulator")


class MaintenanceThread:
    """Looks after a recorder's store every INTERVAL seconds.

    SQLite's own checkpoints would come inside a request, which then takes ten milliseconds or more. These copy the log
    into the file while recording goes on. The log begins anew once all of it is copied; where it is LONG_LOG pages long
    recording pauses for what is left by then, a millisecond or two. Where other processes write as well, and it never
    is all copied, they have to wait too from TOO_LONG_LOG pages on.

    Every BETWEEN_COUNTS seconds the recorder counts its keys anew.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._database = recorder.store.database
        self._stopped = Event()
        self._seen, self._counted = 0, time.monotonic()
        self._said = ""
        self._thread = Thread(target=self._run, name="pendo-emulator-upkeep", daemon=True)

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
                    self._stay(connection)
            except (StoreError, self._database.errors) as error:
                self._say(str(error))

    def _stay(self, connection: Any) -> None:
        """Look after the store until it is over, or the connection is."""
        sweep = RetentionSweeper(self._recorder, connection)
        while not self._stopped.wait(INTERVAL):
            self._look_after(connection, sweep)
            self._said = ""

    def _say(self, trouble: str) -> None:
        """Say what keeps the store from being looked after, but not four times a second."""
        if trouble != self._said:
            log.warning("upkeep of %s: %s", self._database.name, trouble)
        self._said = trouble

    def _look_after(self, connection: Any, sweep: RetentionSweeper) -> None:
        if self._database.file and self._recorder.recorded != self._seen:
            self._seen = self._recorder.recorded
            self._checkpoint(connection, self._database.file)
        if time.monotonic() - self._counted > BETWEEN_COUNTS:
            self._recorder.recount()
            self._counted = time.monotonic()
        while self._recorder.retention.bounded and not self._stopped.is_set() and sweep.step():
            pass

    def _checkpoint(self, connection: Any, file: Path) -> None:
        if _copy_log(connection) <= LONG_LOG:
            return
        _flush(connection, file)
        pages = _copy_log(connection)
        with self._recorder.write_lock():
            _copy_log(connection, "PASSIVE" if pages <= TOO_LONG_LOG else "RESTART")


def _copy_log(connection: Any, mode: str = "PASSIVE") -> int:
    """Copy the log into the file; return how many pages long it is."""
    _, pages, _ = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    return int(pages)


def _flush(connection: Any, file: Path) -> None:
    """Have what was copied written to the disk before recording has to wait for that.

    The descriptor is one of SQLite's: if we closed one of our own, the system would drop SQLite's locks (POSIX). Where
    the system does not tell which it has, recording pauses for longer.
    """
    (waits_for_disk,) = connection.execute("PRAGMA synchronous").fetchone()
    for descriptor in _DESCRIPTORS.glob("[0-9]*") if waits_for_disk else ():
        with suppress(OSError):  # closed meanwhile
            if descriptor.samefile(file):
                os.fdatasync(int(descriptor.name))
                return
