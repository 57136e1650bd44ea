"""Pause: what a fault has a client wait for, unless it hangs up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


class Timer:
    """One thing at a time that is done some seconds later."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, seconds: float, then: Callable[[], None]) -> None:
        """Do something after so many seconds."""
        self._then = then
        self._timer = self._loop.call_later(seconds, self.end)

    def end(self) -> None:
        """Do it now, if there is something to be done."""
        if self.forget():
            self._then()

    def forget(self) -> bool:
        """Do it no more; tell whether there was something to be done."""
        timer, self._timer = self._timer, None
        if timer:
            timer.cancel()
        return timer is not None
