"""Workers: several processes that serve one port and write to one store; one that dies is replaced."""

from __future__ import annotations

import logging
import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

GLANCE: Final = 0.05
TOO_SOON: Final = 1.0
TOO_OFTEN: Final = 5

log = logging.getLogger("pendo-emulator")


class Workers:
    """Forks `count` processes, each of which runs `work` with its number, and keeps as many running."""

    def __init__(self, count: int, work: Callable[[int], None]) -> None:
        self._count, self._work = count, work
        self._running: dict[int, tuple[int, float]] = {}
        self._stopping = False

    def run(self, greet: Callable[[], bool]) -> int:
        """Run until SIGTERM or Ctrl-C; return the exit code, 1 if workers die as soon as they are born.

        `greet` is called until it says that it has greeted.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop())
        for worker in range(self._count):
            self._fork(worker)
        early_deaths, greeted = 0, False
        while self._running:
            greeted = greeted or greet()
            died, status = os.waitpid(-1, os.WNOHANG)
            if not died:
                time.sleep(GLANCE)
                continue
            worker, born = self._running.pop(died)
            if self._stopping:
                continue
            early_deaths = early_deaths + 1 if time.monotonic() - born < TOO_SOON else 0
            log.error("worker %d died (%s)", worker, _cause(status))
            if early_deaths > TOO_OFTEN:
                log.error("workers die too often: that was the last")
                self._stop()
                return 1
            self._fork(worker)
        return 0

    def _fork(self, worker: int) -> None:
        child = os.fork()
        if child:
            self._running[child] = (worker, time.monotonic())
        else:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            code = 1
            try:
                self._work(worker)
                code = 0
            except Exception:
                log.exception("worker %d", worker)
            finally:
                os._exit(code)

    def _stop(self) -> None:
        self._stopping = True
        for child in self._running:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)


def _cause(status: int) -> str:
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit code {os.WEXITSTATUS(status)}"
