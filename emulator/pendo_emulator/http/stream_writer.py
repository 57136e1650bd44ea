"""StreamWriter: writes a streamed response to a connection, piece by piece, from a thread of its own."""

from __future__ import annotations

import logging
from threading import Event
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from pendo_emulator.response import StreamedResponse

# In seconds: a client that does not read a piece for this long is disconnected; it resumes when it connects again.
STALL_SECONDS: Final = 20.0

log = logging.getLogger("pendo-emulator")


class StreamWriter:
    """Passes pieces from the thread that produces them to the event loop, one at a time.

    The event loop calls the other methods than `run`. So a slow client costs the memory of one piece.
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
            self._response.close()
            self._call(end)

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

    def _write(self, piece: bytes) -> bool:
        """Write a piece; return whether the client can take another one."""
        self._writable.clear()
        if not self._call(lambda: self._send_now(piece)):
            return False
        if not self._writable.wait(self._stall_seconds):
            log.info("a client does not read its stream: disconnected")
            return False
        return not self._closed.is_set()

    def _send_now(self, piece: bytes) -> None:
        self._send(piece)
        if not self._paused:
            self._writable.set()

    def _call(self, function: Callable[[], None]) -> bool:
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError:  # the event loop is closed
            return False
        return True
