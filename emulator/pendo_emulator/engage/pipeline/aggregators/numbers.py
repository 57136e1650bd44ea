"""The aggregators of numbers: sum, avg, mean, median, stddev and var. They skip everything that is not a number."""

from __future__ import annotations

from functools import partial
from math import fsum, inf, isfinite, sqrt
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.aggregators.aggregator import (
    Aggregator,
    AggregatorExample,
    NewAccumulator,
    read_column,
)
from pendo_emulator.engage.pipeline.expressions.values import tidy
from pendo_emulator.engage.pipeline.values import NUMBER_TYPES, types_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Column, Row
    from pendo_emulator.engage.pipeline.step import Reading


class Sum:
    """The sum of the numbers."""

    def __init__(self, column: Column) -> None:
        self._column = column
        self._totals: list[Any] = []

    def add(self, groups: list[int], rows: list[Row], count: int) -> None:
        """Add rows."""
        totals, values = self._totals, self._column(rows)
        totals.extend([0] * (count - len(totals)))
        if types_of(values) <= NUMBER_TYPES:
            _add_all(totals, zip(groups, values, strict=True))
        else:
            pairs = zip(groups, values, strict=True)
            _add_all(totals, (pair for pair in pairs if type(pair[1]) in NUMBER_TYPES))

    def held(self) -> int:
        """Return 0: a sum is part of its group."""
        return 0

    def result(self, group: int) -> Any:
        """Return the sum of a group; null if no 64-bit float can represent it."""
        return number(self._totals[group])


class Mean:
    """The mean of the numbers."""

    def __init__(self, column: Column) -> None:
        self._column = column
        self._totals: list[Any] = []
        self._counts: list[int] = []

    def add(self, groups: list[int], rows: list[Row], count: int) -> None:
        """Add rows."""
        totals, counts = self._totals, self._counts
        totals.extend([0] * (count - len(totals)))
        counts.extend([0] * (count - len(counts)))
        pairs = zip(groups, self._column(rows), strict=True)
        numbers = [pair for pair in pairs if type(pair[1]) in NUMBER_TYPES]
        _add_all(totals, numbers)
        for group, _ in numbers:
            counts[group] += 1

    def held(self) -> int:
        """Return 0: a mean is part of its group."""
        return 0

    def result(self, group: int) -> Any:
        """Return the mean of a group; null without numbers."""
        count = self._counts[group]
        total = number(self._totals[group])
        return None if not count or total is None else number(total / count)


class Numbers:
    """Keeps the numbers of each group and computes a value from them at the end."""

    def __init__(self, column: Column, compute: Callable[[list[float]], float | None]) -> None:
        self._column = column
        self._compute = compute
        self._values: list[list[float]] = []

    def add(self, groups: list[int], rows: list[Row], count: int) -> None:
        """Add rows."""
        kept = self._values
        kept.extend([] for _ in range(count - len(kept)))
        for group, value in zip(groups, self._column(rows), strict=True):
            if type(value) in NUMBER_TYPES:
                kept[group].append(value)

    def held(self) -> int:
        """Return the number of numbers of all groups."""
        return sum(map(len, self._values))

    def result(self, group: int) -> Any:
        """Return the value of a group; null without numbers."""
        values = self._values[group]
        try:
            return number(self._compute(values)) if values else None
        except (OverflowError, ValueError):
            return None


def _add_all(totals: list[Any], pairs: Iterable[tuple[int, Any]]) -> None:
    """Add numbers to the totals of their groups; a total that no float represents becomes an infinity."""
    for group, value in pairs:
        try:
            totals[group] += value
        except OverflowError:
            totals[group] = inf


def number(value: Any) -> Any:
    """Return a result as a JSON number: a whole one without a fraction, null if no 64-bit float represents it."""
    if value is None:
        return None
    try:
        return tidy(value)
    except OverflowError:
        return None


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _variance(values: list[float]) -> float:
    mean = fsum(values) / len(values)
    return fsum((value - mean) ** 2 for value in values) / len(values)


def _deviation(values: list[float]) -> float:
    variance = _variance(values)
    return sqrt(variance) if isfinite(variance) else variance


def _read_sum(part: Part, reading: Reading) -> NewAccumulator:
    return partial(Sum, read_column(part, reading, "sum"))


def _read_mean(part: Part, reading: Reading) -> NewAccumulator:
    return partial(Mean, read_column(part, reading, "avg"))


def _reader(name: str, compute: Callable[[list[float]], float]) -> Callable[[Part, Reading], NewAccumulator]:
    return lambda part, reading: partial(Numbers, read_column(part, reading, name), compute)


AGGREGATORS: Final = (
    Aggregator(
        "sum",
        _read_sum,
        0,
        '{"sum": "EXPRESSION"}',
        "The sum of the numbers; 0 if there are none.",
        "Documented. That nulls and other types are skipped is assumed.",
        (
            AggregatorExample("a", ({"a": 1}, {"a": 2.5}, {"a": None}, {}, {"a": "7"}, {"a": True}), 3.5),
            AggregatorExample("a * 2", ({"a": 1}, {"a": 2}), 6),
            AggregatorExample("a", ({},), 0),
        ),
    ),
    Aggregator(
        "avg",
        _read_mean,
        None,
        '{"avg": "EXPRESSION"}',
        "The mean of the numbers; null if there are none.",
        "Documented. That nulls and other types are skipped is assumed.",
        (
            AggregatorExample("a", ({"a": 1}, {"a": 2}, {"a": None}), 1.5),
            AggregatorExample("a", ({"a": None}, {}), None),
        ),
    ),
    Aggregator(
        "mean",
        _read_mean,
        None,
        '{"mean": "EXPRESSION"}',
        "The same as avg.",
        "Documented. That nulls and other types are skipped is assumed.",
        (AggregatorExample("a", ({"a": 1}, {"a": 3}, {}), 2), AggregatorExample("a", ({},), None)),
    ),
    Aggregator(
        "median",
        _reader("median", _median),
        None,
        '{"median": "EXPRESSION"}',
        "The median of the numbers: with an even number of them, the mean of the two in the middle.",
        "Documented. The even case is assumed.",
        (
            AggregatorExample("a", ({"a": 5}, {"a": 1}, {"a": 2}, {}), 2),
            AggregatorExample("a", ({"a": 1}, {"a": 2}), 1.5),
            AggregatorExample("a", ({},), None),
        ),
    ),
    Aggregator(
        "stddev",
        _reader("stddev", _deviation),
        None,
        '{"stddev": "EXPRESSION"}',
        "The standard deviation of the numbers, as of a whole population.",
        "Assumed: third parties name it.",
        (AggregatorExample("a", ({"a": 2}, {"a": 4}, {}), 1), AggregatorExample("a", ({},), None)),
    ),
    Aggregator(
        "var",
        _reader("var", _variance),
        None,
        '{"var": "EXPRESSION"}',
        "The variance of the numbers, as of a whole population.",
        "Assumed: third parties name it.",
        (AggregatorExample("a", ({"a": 1}, {"a": 5}, {}), 4), AggregatorExample("a", ({},), None)),
    ),
)
