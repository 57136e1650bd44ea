"""Moments of a recording: they order entries that have no time, or that are not in the order of time."""

from __future__ import annotations

from typing import Final, NamedTuple

# Times below are relative to the start of a capture, not since 1970.
FIRST_MILLISECOND: Final = 10**11


class Moment(NamedTuple):
    """When an entry was sent: `order` is its time, or that of the entry before it if it has none; then its position."""

    order: int
    position: int
    time: int = 0
    where: str = ""

    @property
    def shown_time(self) -> int:
        """The time in milliseconds since 1970, 0 if it is unknown."""
        return self.time if self.time >= FIRST_MILLISECOND else 0


class CaseClock:
    """Gives each entry its moment, and remembers the first and the last time of the recording."""

    def __init__(self) -> None:
        self.first = self.last = self.entries = 0
        self._order = 0

    def moment(self, time: int, duration: float, where: str) -> Moment:
        """Return the moment of the next entry."""
        self.entries += 1
        if time:
            self._order = time
            # A time relative to the start of a capture counts only in a recording without any other time.
            if time >= FIRST_MILLISECOND > self.first:
                self.first = time
            elif time >= FIRST_MILLISECOND or self.last < FIRST_MILLISECOND:
                self.first = min(self.first or time, time)
            self.last = max(self.last, time + int(duration))
        return Moment(self._order, self.entries, time, where)
