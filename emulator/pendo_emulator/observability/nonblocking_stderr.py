"""Writes to stderr from a separate thread, so that a slow reader of stderr never blocks requests."""

from __future__ import annotations

import atexit
import os
import sys
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
# The time between two writes: a thread that wakes for each text takes a twentieth of the CPU time of a request.
PAUSE: Final = 0.02
# Texts that are written together.
MAX_WRITTEN: Final = 1_000


class NonBlockingStream:
    """A text stream to stderr that never blocks the caller.

    It drops new texts if more than MAX_QUEUED wait, and texts that cannot be written. Later it writes the number of
    dropped lines. It can be used before and after a fork.
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
        queued = (self._queue, self._draining)
        self._thread = Thread(target=self._write_queued, args=queued, name="pendo-emulator-log", daemon=True)
        self._thread.start()
        atexit.register(self.drain)

    def _write_queued(self, queue: SimpleQueue[tuple[TextIO, str] | None], draining: Event) -> None:
        """Write the texts of a queue until None; wait PAUSE seconds after each write, unless `draining` is set."""
        ended = False
        while not ended:
            entries = _take(queue)
            ended = None in entries
            for stream, texts in groupby(filter(None, entries), itemgetter(0)):
                self._write_together(stream, "".join(text for _, text in texts))
            entries.clear()
            draining.wait(PAUSE)

    def _write_together(self, stream: TextIO, text: str) -> None:
        try:
            stream.write(text)
            stream.flush()
        except (OSError, ValueError):  # the reader closed stderr, or does not read a pipe that does not block
            self._dropped += text.count("\n")


LOG_STREAM: Final = NonBlockingStream()


def _take(queue: SimpleQueue[tuple[TextIO, str] | None]) -> list[tuple[TextIO, str] | None]:
    """Wait for an entry of a queue, and return it with those behind it, at most MAX_WRITTEN."""
    return [queue.get(), *(queue.get() for _ in range(min(queue.qsize(), MAX_WRITTEN - 1)))]
