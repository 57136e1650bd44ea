"""Timers: what an agent will do later, and when. Whoever owns the clock runs them."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_destination.agent.page import Clock


class Timers:
    """Actions by time due, in milliseconds; of two due at once the one set first runs first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._order = count()
        self._waiting: list[tuple[int, int, Callable[[], object]]] = []

    def at(self, due: int, action: Callable[[], object]) -> None:
        """Run an action at a time."""
        heapq.heappush(self._waiting, (due, next(self._order), action))

    def after(self, delay: int, action: Callable[[], object]) -> None:
        """Run an action after a delay; 0 means the next tick."""
        self.at(self._clock() + delay, action)

    @property
    def next_due(self) -> int | None:
        """When the next action is due; None where nothing waits."""
        return self._waiting[0][0] if self._waiting else None

    def run(self) -> None:
        """Run all that is due, and what becomes due by that."""
        while self._waiting and self._waiting[0][0] <= self._clock():
            heapq.heappop(self._waiting)[2]()

    def clear(self) -> None:
        """Drop all that waits."""
        self._waiting.clear()
