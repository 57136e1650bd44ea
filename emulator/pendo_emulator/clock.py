"""The clock of an emulator: the machine's, or another one for repeatable runs."""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_SECOND: Final = 1_000_000_000


class Clock(NamedTuple):
    """Two functions that return nanoseconds since 1970: `read` returns the time, `stamp` the time of a new request.

    They differ for a clock that advances with each request.
    """

    read: Callable[[], int]
    stamp: Callable[[], int]

    def seconds(self) -> float:
        """Return the time in seconds since 1970."""
        return self.read() / _SECOND


SYSTEM_CLOCK: Final = Clock(time.time_ns, time.time_ns)


class RunSettings(NamedTuple):
    """The inputs of a run that make it repeatable: the clock, and the seed of the faults that have none."""

    clock: Clock = SYSTEM_CLOCK
    seed: int = 0


def clock_from(start: int, monotonic: Callable[[], int] = time.monotonic_ns) -> Clock:
    """Return a clock that shows `start`, in milliseconds since 1970, now, and then runs as usual."""
    offset = start * 1_000_000 - monotonic()

    def read() -> int:
        return offset + monotonic()

    return Clock(read, read)


def stepping_clock(start: int, step: float) -> Clock:
    """Return a clock that shows `start`, in milliseconds since 1970, and advances `step` seconds with each request.

    With a step of 0 it stands still.
    """
    numbers, latest = count(), start * 1_000_000

    def stamp() -> int:
        nonlocal latest
        latest = start * 1_000_000 + round(next(numbers) * step * _SECOND)
        return latest

    return Clock(lambda: latest, stamp)
