"""Log: what is told on stderr, in a thread of its own, so that whoever does not read it keeps nobody waiting."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import TextIO

LIMIT: Final = 10_000
PATIENCE: Final = 1.0


class Log:
    """A stream that never blocks: of texts beyond LIMIT that still wait it is only said how many there were.

    One that was made before a process forked serves both sides.
    """

    def __init__(self) -> None:
        self._process = 0
        self._left_out = 0

    def write(self, text: str) -> None:
        """Write a text, one line or more, some time soon."""
        if self._process != os.getpid():
            self._begin()
        if self._texts.qsize() >= LIMIT:
            self._left_out += 1
            return
        if self._left_out:
            text = f"{self._left_out} times nothing could be written here: nobody read it\n{text}"
            self._left_out = 0
        self._texts.put((sys.stderr, text))

    def flush(self) -> None:
        """Do nothing, for that could take as long as nobody reads."""

    def drain(self) -> None:
        """Wait until all is written, or for PATIENCE seconds."""
        if self._process == os.getpid():
            self._texts.put(None)
            self._thread.join(PATIENCE)
            self._process = 0

    def _begin(self) -> None:
        self._process = os.getpid()
        self._texts: SimpleQueue[tuple[TextIO, str] | None] = SimpleQueue()
        self._thread = Thread(target=_write, args=(self._texts,), name="pendo-emulator-log", daemon=True)
        self._thread.start()
        atexit.register(self.drain)


LOG: Final = Log()


def _write(texts: SimpleQueue[tuple[TextIO, str] | None]) -> None:
    while waiting := texts.get():
        stream, text = waiting
        with suppress(OSError, ValueError):  # whoever read it is gone
            stream.write(text)
            stream.flush()
