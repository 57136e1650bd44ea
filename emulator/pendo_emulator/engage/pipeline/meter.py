"""Bounds the rows, the memory and the time of one run."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain, islice
from sys import getsizeof
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.errors import PipelineError
from pendo_emulator.engage.pipeline.values import node_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pendo_emulator.engage.pipeline.limits import Limits
    from pendo_emulator.engage.pipeline.row import Row, Rows

BATCH: Final = 1_024
# A reference to a row in a list.
_REFERENCE_BYTES: Final = 8
_MAX_MEASURED: Final = 2_000


class Meter:
    """Counts what a run uses and raises PipelineError when it exceeds a limit.

    `clock` returns seconds; without a clock the time is not bounded.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] | None = None) -> None:
        self.limits = limits
        self._clock = clock
        self._deadline = clock() + limits.seconds if clock else 0.0
        self._rows = 0
        self._bytes = 0

    def batches(self, rows: Rows, pointer: str) -> Iterator[list[Row]]:
        """Yield rows in lists of at most BATCH; check the time before each."""
        rows = iter(rows)
        while batch := list(islice(rows, BATCH)):
            self.check_time(pointer)
            yield batch

    def produce(self, rows: Rows, pointer: str) -> Iterator[Row]:
        """Return the rows, counted as produced by the source or operator at this place."""
        return chain.from_iterable(self._counted(rows, pointer))

    def _counted(self, rows: Rows, pointer: str) -> Iterator[list[Row]]:
        for batch in self.batches(rows, pointer):
            self._rows += len(batch)
            if self._rows > self.limits.rows:
                raise _limit_error(f"the pipeline produces more than {self.limits.rows:,} rows", pointer)
            yield batch

    @contextmanager
    def held(self, rows: Rows, pointer: str) -> Iterator[list[Row]]:
        """Collect rows in a list, and count its memory until the context ends."""
        before, held = self._bytes, []
        try:
            for batch in self.batches(rows, pointer):
                held += batch
                self._bytes += len(batch) * (estimated_bytes(batch[0]) + _REFERENCE_BYTES)
                self.check_memory(0, pointer)
            yield held
        finally:
            self._bytes = before

    def has_memory(self, extra: int) -> bool:
        """Return whether the rows that the run holds and `extra` bytes are within the limit."""
        return self._bytes + extra <= self.limits.memory

    def check_memory(self, extra: int, pointer: str) -> None:
        """Raise PipelineError if the rows that the run holds and `extra` bytes exceed the limit."""
        if not self.has_memory(extra):
            raise _limit_error(f"the pipeline needs more than {self.limits.memory // 1024:,} KiB of memory", pointer)

    def check_time(self, pointer: str) -> None:
        """Raise PipelineError if the time is over."""
        if self._clock and self._clock() > self._deadline:
            raise _limit_error(f"the pipeline takes more than {self.limits.seconds:g} seconds", pointer)

    def check_value(self, value: Any, pointer: str) -> None:
        """Raise PipelineError if a list or object has too many values inside."""
        if node_count(value, self.limits.nodes) > self.limits.nodes:
            raise _limit_error(f"a value has more than {self.limits.nodes:,} values inside", pointer)


def estimated_bytes(value: Any) -> int:
    """Estimate the memory of a value in bytes; at most 2,000 values inside it are measured."""
    total, waiting, measured = 0, [value], 0
    while waiting and measured < _MAX_MEASURED:
        inner = waiting.pop()
        total += getsizeof(inner)
        measured += 1
        if isinstance(inner, dict):
            waiting.extend(inner.values())
        elif isinstance(inner, (list, tuple)):
            waiting.extend(inner[:_MAX_MEASURED])
    return total


def _limit_error(message: str, pointer: str) -> PipelineError:
    return PipelineError(f"{message}; read fewer rows or group them earlier", pointer, kind="limit")
