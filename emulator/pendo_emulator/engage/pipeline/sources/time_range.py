"""A range of time of whole periods."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A range of time in Unix milliseconds: `start` belongs to it, `end` does not.

    `period` is `hour`, `day`, `week` or `month`; the range begins and ends with one.
    """

    period: str
    start: int
    end: int
