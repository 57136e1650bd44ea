"""StreamPoller: polls all streams of events of a listener in one thread."""

from __future__ import annotations

from threading import Event, Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from typing import TypeAlias

    from pendo_emulator.http.streams.stream_writer import StreamWriter

    Pieces: TypeAlias = Sequence[tuple[StreamWriter, bytes]]

# In seconds: the time between two rounds, and after a round in which a stream had a large piece, because such a stream
# is behind and has more.
POLL_SECONDS: Final = 0.2
BUSY_SECONDS: Final = 0.05
LARGE_PIECE: Final = 64 * 1024


class StreamPoller:
    """Asks each stream for its next piece, and passes the pieces of a round to the event loop together.

    The thread runs while streams are open.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, threads: Executor) -> None:
        self._loop, self._threads = loop, threads
        self._lock, self._wake = Lock(), Event()
        self._writers: list[StreamWriter] = []
        self._running = False

    def add(self, writer: StreamWriter) -> None:
        """Poll a stream until it ends."""
        with self._lock:
            self._writers.append(writer)
            starts, self._running = not self._running, True
        self._wake.set()
        if starts:
            self._threads.submit(self._run)

    def _run(self) -> None:
        while writers := self._open_writers():
            polled = [(writer, writer.poll()) for writer in writers]
            ended = {writer for writer, piece in polled if piece is None}
            if ended:
                with self._lock:
                    self._writers = [writer for writer in self._writers if writer not in ended]
            pieces = [(writer, piece) for writer, piece in polled if piece]
            if pieces:
                self._send(pieces)
            is_behind = any(len(piece) > LARGE_PIECE for _, piece in pieces)
            self._wake.wait(BUSY_SECONDS if is_behind else POLL_SECONDS)
            self._wake.clear()

    def _send(self, pieces: Pieces) -> None:
        try:
            self._loop.call_soon_threadsafe(_send_all, pieces)
        except RuntimeError:  # the event loop is closed
            for writer, _ in pieces:
                writer.close()

    def _open_writers(self) -> list[StreamWriter]:
        with self._lock:
            self._running = bool(self._writers)
            return list(self._writers)


def _send_all(pieces: Pieces) -> None:
    for writer, piece in pieces:
        writer.send(piece)
