"""Workers: several processes that serve one port and write to one store; one that dies is replaced."""

from __future__ import annotations

import logging
import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pendo_emulator.observability.stderr import LOG_STREAM

if TYPE_CHECKING:
    from collections.abc import Callable

GLANCE: Final = 0.05
TOO_OFTEN: Final = 5

log = logging.getLogger("pendo-emulator")


class Workers:
    """Forks `count` processes, each of which runs `work` with its number, and keeps as many running.

    `serves` tells of a number whether its process has come so far that it serves, or had when it died.
    """

    def __init__(self, count: int, work: Callable[[int], None], serves: Callable[[int], bool]) -> None:
        self._count, self._work, self._serves = count, work, serves
        self._running: dict[int, int] = {}
        self._stopping = False
        self._stillborn = 0

    def run(self, greet: Callable[[], None]) -> int:
        """Run until SIGTERM or Ctrl-C; return the exit code, 1 if one worker after the other dies before it serves.

        `greet` is called when all of them serve.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: setattr(self, "_stopping", True))
        for worker in range(self._count):
            self._fork(worker)
        greeted = False
        while self._running:
            if not greeted and all(map(self._serves, range(self._count))):
                greet()
                greeted = True
            if self._stopping:
                self._end()
            died, status = os.waitpid(-1, os.WNOHANG)
            if died:
                self._replace(died, status)
            else:
                time.sleep(GLANCE)
        return int(self._stillborn > TOO_OFTEN)

    def _fork(self, worker: int) -> None:
        if self._stopping:
            return
        child = os.fork()
        if child:
            self._running[child] = worker
            return
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        code = 1
        try:
            self._work(worker)
            code = 0
        except Exception:
            log.exception("worker %d", worker)
        finally:
            LOG_STREAM.drain()
            os._exit(code)

    def _replace(self, died: int, status: int) -> None:
        worker = self._running.pop(died)
        if self._stopping:
            return
        self._stillborn = 0 if self._serves(worker) else self._stillborn + 1
        log.error("worker %d died (%s)", worker, _cause(status))
        if self._stillborn > TOO_OFTEN:
            log.error("workers die before they serve: that was the last")
            self._stopping = True
        self._fork(worker)

    def _end(self) -> None:
        """Tell all workers to end; one that was born a moment ago may have to be told again."""
        for child in self._running:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)


def _cause(status: int) -> str:
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit code {os.WEXITSTATUS(status)}"
