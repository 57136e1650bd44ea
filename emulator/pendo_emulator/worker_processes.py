"""Runs several worker processes that serve one port and write to one store, and replaces workers that die."""

from __future__ import annotations

import logging
import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pendo_emulator.observability.nonblocking_stderr import LOG_STREAM

if TYPE_CHECKING:
    from collections.abc import Callable

POLL_INTERVAL: Final = 0.05
MAX_FAILED_STARTS: Final = 5

log = logging.getLogger("pendo-emulator")


class Workers:
    """Forks `count` processes that each call `work` with their number, and replaces processes that die.

    `is_ready` returns whether the worker with a number serves, or was serving when it died.
    """

    def __init__(self, count: int, work: Callable[[int], None], is_ready: Callable[[int], bool]) -> None:
        self._count, self._work, self._is_ready = count, work, is_ready
        self._running: dict[int, int] = {}
        self._stopping = False
        self._failed_starts = 0

    def run(self, on_ready: Callable[[], None]) -> int:
        """Run until Ctrl-C, SIGTERM or SIGHUP; return the exit code: 1 after too many failed starts in a row.

        `on_ready` is called once all workers serve.
        """
        ending = [signal.SIGTERM, signal.SIGINT]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup ignores it
            ending.append(signal.SIGHUP)
        for number in ending:
            signal.signal(number, lambda *_: setattr(self, "_stopping", True))
        for worker in range(self._count):
            self._fork(worker)
        ready = False
        while self._running:
            if not ready and all(map(self._is_ready, range(self._count))):
                on_ready()
                ready = True
            if self._stopping:
                self._terminate()
            dead, status = os.waitpid(-1, os.WNOHANG)
            if dead:
                self._replace(dead, status)
            else:
                time.sleep(POLL_INTERVAL)
        return int(self._failed_starts > MAX_FAILED_STARTS)

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
            log.exception("worker %d failed", worker)
        finally:
            LOG_STREAM.drain()
            os._exit(code)

    def _replace(self, dead: int, status: int) -> None:
        worker = self._running.pop(dead)
        if self._stopping:
            return
        self._failed_starts = 0 if self._is_ready(worker) else self._failed_starts + 1
        log.error("worker %d died (%s)", worker, _cause(status))
        if self._failed_starts > MAX_FAILED_STARTS:
            log.error("giving up: workers keep dying before they serve")
            self._stopping = True
        self._fork(worker)

    def _terminate(self) -> None:
        """Send SIGTERM to all workers; called repeatedly, because a new worker may ignore the first signal."""
        for child in self._running:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)


def _cause(status: int) -> str:
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit code {os.WEXITSTATUS(status)}"
