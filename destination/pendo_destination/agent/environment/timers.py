"""Timers of an agent, run by the owner of its clock."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_destination.agent.environment.page_and_browser import Clock


class Timers:
    """Actions ordered by due time in milliseconds, and by insertion if due at the same time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._order = count()
        self._queue: list[tuple[int, int, Callable[[], object]]] = []

    def at(self, due: int, action: Callable[[], object]) -> None:
        """Run an action at a time."""
        heapq.heappush(self._queue, (due, next(self._order), action))

    def after(self, delay: int, action: Callable[[], object]) -> None:
        """Run an action after a delay; 0 means the next tick."""
        self.at(self._clock() + delay, action)

    @property
    def next_due(self) -> int | None:
        """The time at which the next action is due; None without actions."""
        return self._queue[0][0] if self._queue else None

    def run(self) -> None:
        """Run all due actions, including actions that become due meanwhile."""
        while self._queue and self._queue[0][0] <= self._clock():
            heapq.heappop(self._queue)[2]()

    def clear(self) -> None:
        """Remove all actions."""
        self._queue.clear()
