"""Writes to stderr from a separate thread, so that a slow reader of stderr never blocks requests."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import TextIO

MAX_QUEUED: Final = 10_000
# In seconds.
DRAIN_TIMEOUT: Final = 1.0
# The time between two writes: to wake the thread for each text would delay requests by a twentieth.
PAUSE: Final = 0.02


class NonBlockingStream:
    """A text stream to stderr that never blocks the caller.

    If more than MAX_QUEUED texts wait, it drops new ones, and later writes the number of dropped lines. It can be used
    before and after a fork.
    """

    def __init__(self) -> None:
        self._process = 0
        self._dropped = 0

    def write(self, text: str) -> None:
        """Queue a text of one or more complete lines."""
        if self._process != os.getpid():
            self._start()
        if self._queue.qsize() >= MAX_QUEUED:
            self._dropped += text.count("\n")
            return
        if self._dropped:
            text = f"{self._dropped} log lines dropped: stderr was not being read\n{text}"
            self._dropped = 0
        self._queue.put((sys.stderr, text))

    def flush(self) -> None:
        """Do nothing, because waiting for the queue could block until stderr is read."""

    def drain(self) -> None:
        """Wait until everything is written, at most DRAIN_TIMEOUT seconds."""
        if self._process == os.getpid():
            self._queue.put(None)
            self._draining.set()
            self._thread.join(DRAIN_TIMEOUT)
            self._process = 0

    def _start(self) -> None:
        self._process = os.getpid()
        self._queue: SimpleQueue[tuple[TextIO, str] | None] = SimpleQueue()
        self._draining = Event()
        self._thread = Thread(target=_write, args=(self._queue, self._draining), name="pendo-emulator-log", daemon=True)
        self._thread.start()
        atexit.register(self.drain)


LOG_STREAM: Final = NonBlockingStream()


def _write(queue: SimpleQueue[tuple[TextIO, str] | None], draining: Event) -> None:
    """Write the texts of a queue until None; wait PAUSE seconds after each write, unless `draining` is set."""
    entries: list[tuple[TextIO, str] | None] = []
    while None not in entries:
        draining.wait(PAUSE if entries else 0)
        entries = [queue.get(), *(queue.get() for _ in range(queue.qsize()))]
        for stream, texts in groupby(filter(None, entries), itemgetter(0)):
            with suppress(OSError, ValueError):  # the reader closed stderr
                stream.write("".join(text for _, text in texts))
                stream.flush()
