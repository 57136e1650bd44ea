"""Logs an outage with at most one line a second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable

# Seconds.
INTERVAL: Final = 1.0


class ThrottledErrorLog:
    """Writes the first failure and then at most one failure a second, with the number of omitted failures.

    `clock` returns seconds and never goes back. Two threads that fail in the same moment may write two lines.
    """

    def __init__(self, log: logging.Logger, clock: Callable[[], float]) -> None:
        self._log, self._clock = log, clock
        self._next_line = float("-inf")
        self._left_out = 0

    def error(self, message: str) -> None:
        """Log a failure, or count it."""
        now = self._clock()
        if now < self._next_line:
            self._left_out += 1
            return
        self._next_line = now + INTERVAL
        left_out, self._left_out = self._left_out, 0
        self._log.error("%s%s", message, f" ({left_out:,} more like it)" if left_out else "")
