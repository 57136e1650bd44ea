"""Figures: medians of measured values, compared with values measured in the same run."""

from __future__ import annotations

import json
import platform
import statistics
import sys
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TypeVar

    Printed = TypeVar("Printed", bound=object)


ENOUGH_PAIRS: Final = 8


@dataclass(frozen=True)
class Figure:
    """A median with its spread.

    `ratio` is the median of the pairwise ratios to the values of `against`; `note` explains the figure.
    """

    name: str
    value: float
    unit: str
    low: float
    high: float
    ratio: float | None = None
    against: str = ""
    note: str = ""

    def __str__(self) -> str:
        spread = f"({_format(self.low)} .. {_format(self.high)})" if self.low < self.high else ""
        comparison = f"   {self.ratio:.2f} x {self.against}" if self.ratio is not None else ""
        note = f"   {self.note}" if self.note else ""
        return f"{self.name:44} {_format(self.value):>14} {self.unit:10} {spread}{comparison}{note}"


def _format(value: float) -> str:
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3f}"


def measure_pairs(
    name: str, unit: str, ours: Callable[[], float], theirs: Callable[[], float], against: str, pairs: int
) -> list[Figure]:
    """Measure two things alternately, so that a change of the machine's speed affects both."""
    our_values, their_values = zip(*((ours(), theirs()) for _ in range(pairs)), strict=True)
    return [
        compare(name, unit, our_values, their_values, against),
        make_figure(f"{name}: {against}", unit, their_values),
    ]


def compare(name: str, unit: str, ours: Sequence[float], theirs: Sequence[float], against: str) -> Figure:
    """Make a figure of values that were measured alternately with `theirs`.

    The note has the quartiles of the ratios if there are enough pairs: the spread of the values themselves also has the
    changes of the machine's speed.
    """
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    figure = make_figure(name, unit, ours, statistics.median(ratios), against)
    if len(ratios) < ENOUGH_PAIRS:
        return figure
    low, _, high = statistics.quantiles(ratios, n=4)
    return replace(figure, note=f"half of {len(ratios)} pairs: {low:.3f} .. {high:.3f}")


def make_figure(name: str, unit: str, values: Sequence[float], ratio: float | None = None, against: str = "") -> Figure:
    """Make a figure of measured values."""
    return Figure(name, statistics.median(values), unit, min(values), max(values), ratio, against)


def publish(figures: Sequence[Figure], file: Path) -> None:
    """Print one line for each figure, and write all figures as JSON."""
    for one in figures:
        print_line(one)
    write_figures(figures, file)


def describe_python() -> str:
    """Return the version and the origin of this Python, because builds of one version differ in speed by a sixth."""
    version = f"{platform.python_implementation()} {platform.python_version()}"
    return f"measured with {version}, {platform.python_compiler()}, in {sys.base_prefix}"


def print_line(one: Printed) -> Printed:
    """Print an object as a line, without buffering, and return it."""
    sys.stdout.write(f"{one}\n")
    sys.stdout.flush()
    return one


def write_figures(figures: Sequence[Figure], file: Path) -> None:
    """Write figures as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(one) for one in figures], indent=2) + "\n", "utf-8")
