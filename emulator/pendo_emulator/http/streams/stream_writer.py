"""StreamWriter: writes a streamed response to a connection, piece by piece, from another thread."""

from __future__ import annotations

import logging
import time
from threading import Event
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from pendo_emulator.response import StreamedResponse

# In seconds: a client that does not read a piece for this long is disconnected; it resumes when it connects again.
STALL_SECONDS: Final = 20.0
_STALLED: Final = "a client does not read its stream: disconnected"

log = logging.getLogger("pendo-emulator")


class StreamWriter:
    """Passes pieces from the thread that produces them to the event loop, one at a time.

    The thread calls `run`, or `poll` for a stream whose next piece is there without waiting. The event loop calls the
    other methods. So a slow client costs the memory of one piece.
    """

    def __init__(
        self,
        response: StreamedResponse,
        loop: asyncio.AbstractEventLoop,
        send: Callable[[bytes], None],
        end: Callable[[], None],
        reset: Callable[[], None],
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        self._response, self._loop, self._send, self._end, self._reset = response, loop, send, end, reset
        self._stall_seconds = stall_seconds
        self._writable, self._closed = Event(), Event()
        self._paused = False
        self._written_at = 0.0
        self._writable.set()

    @property
    def is_polled(self) -> bool:
        """Whether the next piece is there without waiting, so that `poll` writes the response, not `run`."""
        return self._response.is_polled

    def run(self) -> None:
        """Produce and write pieces until the response ends or the client hangs up; then end the connection.

        Break the connection if a piece cannot be produced: the client must not take the response for complete.
        """
        end = self._reset
        try:
            for piece in self._response.pieces:
                if self._closed.is_set() or (piece and not self._write(piece)):
                    break
            end = self._end
        except Exception:
            log.exception("a stream failed")
        finally:
            self._finish(end)

    def poll(self) -> bytes | None:
        """Return the next piece, which the caller passes to `send` in the event loop, or b"" if there is none yet.

        Return None at the end, for the same reasons and with the same effects as the end of `run`.
        """
        end, piece = self._end, None
        try:
            piece = self._next_piece()
        except Exception:
            log.exception("a stream failed")
            end = self._reset
        if piece is None:
            self._finish(end)
        elif piece:
            self._begin_write()
        return piece

    def send(self, piece: bytes) -> None:
        """Send a piece to the client."""
        self._send(piece)
        if not self._paused:
            self._writable.set()

    def pause(self) -> None:
        """Write no further piece while the client does not read."""
        self._paused = True

    def resume(self) -> None:
        """Continue with the next piece."""
        self._paused = False
        self._writable.set()

    def close(self) -> None:
        """End the stream, because the connection is closed."""
        self._closed.set()
        self._writable.set()

    def _next_piece(self) -> bytes | None:
        if self._closed.is_set():
            return None
        if self._writable.is_set():
            return next(self._response.pieces, None)
        if time.monotonic() < self._written_at + self._stall_seconds:
            return b""
        log.info(_STALLED)
        return None

    def _begin_write(self) -> None:
        self._writable.clear()
        self._written_at = time.monotonic()

    def _write(self, piece: bytes) -> bool:
        """Write a piece; return whether the client can take another one."""
        self._begin_write()
        if not self._call(lambda: self.send(piece)):
            return False
        if not self._writable.wait(self._stall_seconds):
            log.info(_STALLED)
            return False
        return not self._closed.is_set()

    def _finish(self, end: Callable[[], None]) -> None:
        self._response.close()
        self._call(end)

    def _call(self, function: Callable[[], None]) -> bool:
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError:  # the event loop is closed
            return False
        return True
