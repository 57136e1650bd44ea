"""Counters in memory that the worker processes of one emulator share."""

from __future__ import annotations

import mmap
from bisect import bisect_left
from typing import Final

BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0)
NAMES: Final = (
    "ready", "connections", "connections_opened", "connections_refused", "good", "bad", "not-judged", "transactions",
    "unavailable", "microseconds", *(f"within {bucket:g}" for bucket in BUCKETS), "later",
)  # fmt: skip

_SIZE: Final = 8
_COLUMNS: Final = {name: column for column, name in enumerate(NAMES)}
_FIRST_BUCKET: Final = _COLUMNS[f"within {BUCKETS[0]:g}"]


class Counters:
    """A table of integers with a row for each worker and a column for each of NAMES.

    Create it before forking, so that the workers share its memory. Each worker writes only to its own row, so no lock
    is needed.
    """

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._counts = memoryview(mmap.mmap(-1, workers * len(NAMES) * _SIZE)).cast("q")
        self._row = 0

    def use_row(self, worker: int) -> None:
        """Count in the row of `worker` from now on; reset the connections of the process that used the row before."""
        self._row = worker * len(NAMES)
        for name in ("ready", "connections"):
            self._counts[self._row + _COLUMNS[name]] = 0

    def add(self, name: str, number: int = 1) -> None:
        """Add to a counter of this worker."""
        self._counts[self._row + _COLUMNS[name]] += number

    def observe_latency(self, seconds: float) -> None:
        """Count a request by its latency: the time from its first byte to its response."""
        counts, row = self._counts, self._row
        counts[row + _FIRST_BUCKET + bisect_left(BUCKETS, seconds)] += 1
        counts[row + _COLUMNS["microseconds"]] += int(seconds * 1e6)

    def value(self, worker: int, name: str) -> int:
        """Return a counter of one worker."""
        return self._counts[worker * len(NAMES) + _COLUMNS[name]]

    def total(self, name: str) -> int:
        """Return the sum of a counter over all workers."""
        return sum(self.value(worker, name) for worker in range(self._workers))
