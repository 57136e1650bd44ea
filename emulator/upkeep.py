"""Upkeep: what is done to the store beside recording, in a thread of its own: checkpoints and retention."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from emulator.database import StoreError
from emulator.retention import Sweep

if TYPE_CHECKING:
    from typing import Self

    from emulator.recorder import Recorder

INTERVAL: Final = 0.25
LONG_LOG: Final = 16 * 1024

log = logging.getLogger("pendo-emulator")


class Upkeep:
    """Looks after a recorder's store every INTERVAL seconds.

    SQLite's own checkpoints would come inside a request, which then takes ten milliseconds or more. These copy the log
    into the file while recording goes on; only where the log is LONG_LOG pages long it has to pause, for the little
    that came in meanwhile, so that the log begins anew.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._database = recorder.store.database
        self._stopped = Event()
        self._seen = 0
        self._thread = Thread(target=self._run, name="pendo-emulator-upkeep", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        connection = self._database.connect()
        sweep = Sweep(self._recorder, connection)
        while not self._stopped.wait(INTERVAL):
            try:
                self._look_after(connection, sweep)
            except (StoreError, self._database.errors) as error:
                log.warning("upkeep of %s: %s", self._database.name, error)
        connection.close()

    def _look_after(self, connection: Any, sweep: Sweep) -> None:
        if self._database.file and self._recorder.recorded != self._seen:
            self._seen = self._recorder.recorded
            _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if pages > LONG_LOG:
                with self._recorder.paused():
                    connection.execute("PRAGMA wal_checkpoint(RESTART)")
        while self._recorder.retention.bounded and not self._stopped.is_set() and sweep.step():
            pass
