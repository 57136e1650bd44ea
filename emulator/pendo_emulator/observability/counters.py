"""Meter: counters that all workers of one emulator share, each in a row of its own."""

from __future__ import annotations

import mmap
from bisect import bisect_left
from typing import Final

BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0)
NAMES: Final = (
    "ready", "connections", "connections_opened", "connections_refused", "good", "bad", "transactions", "unavailable",
    "microseconds", *(f"within {bucket:g}" for bucket in BUCKETS), "later",
)  # fmt: skip

_SIZE: Final = 8
_PLACES: Final = {name: place for place, name in enumerate(NAMES)}
_FIRST_BUCKET: Final = _PLACES[f"within {BUCKETS[0]:g}"]


class Counters:
    """Counts of one worker; made before the workers part, it is one memory to all of them.

    A worker writes in its row alone, so that nothing is counted twice and no lock is needed.
    """

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._counts = memoryview(mmap.mmap(-1, workers * len(NAMES) * _SIZE)).cast("q")
        self._row = 0

    def use_row(self, worker: int) -> None:
        """Count in a worker's row from now on; whoever counted there before is gone, and so are its connections."""
        self._row = worker * len(NAMES)
        for name in ("ready", "connections"):
            self._counts[self._row + _PLACES[name]] = 0

    def add(self, name: str, number: int = 1) -> None:
        """Count."""
        self._counts[self._row + _PLACES[name]] += number

    def observe_latency(self, seconds: float) -> None:
        """Count a request, by how long it took from its first byte to its answer."""
        counts, row = self._counts, self._row
        counts[row + _FIRST_BUCKET + bisect_left(BUCKETS, seconds)] += 1
        counts[row + _PLACES["microseconds"]] += int(seconds * 1e6)

    def of(self, worker: int, name: str) -> int:
        """Tell what one worker counted."""
        return self._counts[worker * len(NAMES) + _PLACES[name]]

    def total(self, name: str) -> int:
        """Add up what all workers counted."""
        return sum(self.of(worker, name) for worker in range(self._workers))
