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
    from typing import TypeVar

    Shown = TypeVar("Shown", bound=object)


@dataclass(frozen=True)
class Figure:
    """A median with its spread; `ratio` is the median of the ratios to `against`, pair by pair; `note` explains."""

    name: str
    value: float
    unit: str
    low: float
    high: float
    ratio: float | None = None
    against: str = ""
    note: str = ""

    def __str__(self) -> str:
        spread = f"({_text(self.low)} .. {_text(self.high)})" if self.low < self.high else ""
        compared = f"   {self.ratio:.2f} x {self.against}" if self.ratio is not None else ""
        noted = f"   {self.note}" if self.note else ""
        return f"{self.name:44} {_text(self.value):>14} {self.unit:10} {spread}{compared}{noted}"


def _text(value: float) -> str:
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3f}"


def measure_pairs(
    name: str, unit: str, ours: Callable[[], float], theirs: Callable[[], float], against: str, pairs: int
) -> list[Figure]:
    """Measure two things in turn, A B A B ..., so that a machine that drifts drifts for both."""
    mine, others = zip(*((ours(), theirs()) for _ in range(pairs)), strict=True)
    return [compare(name, unit, mine, others, against), figure(f"{name}: {against}", unit, others)]


def compare(name: str, unit: str, ours: Sequence[float], theirs: Sequence[float], against: str) -> Figure:
    """Make a figure of values beside others that were measured in turn with them."""
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return figure(name, unit, ours, ratio, against)


def figure(name: str, unit: str, values: Sequence[float], ratio: float | None = None, against: str = "") -> Figure:
    """Make a figure of several values."""
    return Figure(name, statistics.median(values), unit, min(values), max(values), ratio, against)


def publish(figures: Sequence[Figure], file: Path) -> None:
    """Print one line a figure, and write them all as JSON."""
    for one in figures:
        show(one)
    write(figures, file)


def show(one: Shown) -> Shown:
    """Print a line at once."""
    sys.stdout.write(f"{one}\n")
    sys.stdout.flush()
    return one


def write(figures: Sequence[Figure], file: Path) -> None:
    """Write figures as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(one) for one in figures], indent=2) + "\n", "utf-8")
