"""Figure: one measured number, beside what it is measured against in the same run."""

from __future__ import annotations

import json
import statistics
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """A median with its spread; `ratio` is the median of the ratios to `against`, pair by pair."""

    name: str
    value: float
    unit: str
    low: float
    high: float
    ratio: float | None = None
    against: str = ""

    def __str__(self) -> str:
        compared = f"   {self.ratio:.2f} x {self.against}" if self.ratio is not None else ""
        return f"{self.name:44} {self.value:>14,.1f} {self.unit:10} ({self.low:,.1f} .. {self.high:,.1f}){compared}"


def measure_pairs(
    name: str, unit: str, ours: Callable[[], float], theirs: Callable[[], float], against: str, pairs: int
) -> list[Figure]:
    """Measure two things in turn, A B A B ..., so that a machine that drifts drifts for both."""
    measured = [(ours(), theirs()) for _ in range(pairs)]
    mine, others = zip(*measured, strict=True)
    ratio = statistics.median(a / b for a, b in measured)
    return [figure(name, unit, mine, ratio, against), figure(f"{name}: {against}", unit, others)]


def figure(name: str, unit: str, values: Sequence[float], ratio: float | None = None, against: str = "") -> Figure:
    """Make a figure of several values."""
    return Figure(name, statistics.median(values), unit, min(values), max(values), ratio, against)


def publish(figures: Sequence[Figure], file: Path) -> None:
    """Print one line a figure, and write them all as JSON."""
    for one in figures:
        sys.stdout.write(f"{one}\n")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(one) for one in figures], indent=2) + "\n", "utf-8")
