"""A one-shot timer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


class Timer:
    """Calls one function at a time after a delay, unless it is canceled."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._handle: asyncio.TimerHandle | None = None
        self._function: Callable[[], None] | None = None

    def start(self, seconds: float, function: Callable[[], None]) -> None:
        """Call the function after `seconds` seconds."""
        self._function = function
        self._handle = self._loop.call_later(seconds, self.fire)

    def fire(self) -> None:
        """Call the function now, if the timer is running."""
        function = self._function
        if self.cancel() and function:
            function()

    def cancel(self) -> bool:
        """Stop the timer; return whether it was running."""
        handle, self._handle = self._handle, None
        self._function = None  # it may refer to the owner of this timer
        if handle:
            handle.cancel()
        return handle is not None
