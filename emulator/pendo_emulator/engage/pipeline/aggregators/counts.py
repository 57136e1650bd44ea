"""The aggregators that count: count and countIf."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.aggregators.aggregator import (
    Aggregator,
    AggregatorExample,
    NewAccumulator,
    read_column,
)
from pendo_emulator.engage.pipeline.values import hash_keys

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Column, Row
    from pendo_emulator.engage.pipeline.step import Reading


class RowCount:
    """The number of rows."""

    def __init__(self, condition: Column | None = None) -> None:
        self._condition = condition
        self._counts: list[int] = []

    def add(self, groups: list[int], rows: list[Row], count: int) -> None:
        """Add rows."""
        counts = self._counts
        counts.extend([0] * (count - len(counts)))
        if self._condition:
            kept = self._condition(rows)
            groups = [group for group, keep in zip(groups, kept, strict=True) if keep is True]
        for group in groups:
            counts[group] += 1

    def held(self) -> int:
        """Return 0: a count is part of its group."""
        return 0

    def result(self, group: int) -> int:
        """Return the number of rows in a group."""
        return self._counts[group]


class DistinctCount:
    """The number of distinct values, or of distinct combinations of several fields, without null."""

    def __init__(self, columns: list[Column], condition: Column | None = None) -> None:
        self._columns = columns
        self._condition = condition
        self._seen: list[set[Any]] = []

    def add(self, groups: list[int], rows: list[Row], count: int) -> None:
        """Add rows."""
        seen = self._seen
        seen.extend(set() for _ in range(count - len(seen)))
        if self._condition:
            kept = self._condition(rows)
            rows = [row for row, keep in zip(rows, kept, strict=True) if keep is True]
            groups = [group for group, keep in zip(groups, kept, strict=True) if keep is True]
        for group, key in zip(groups, self._keys(rows), strict=True):
            seen[group].add(key)

    def _keys(self, rows: list[Row]) -> list[Any]:
        columns = [hash_keys(column(rows)) for column in self._columns]
        if len(columns) == 1:
            return columns[0]
        return [None if all(key is None for key in keys) else keys for keys in zip(*columns, strict=True)]

    def held(self) -> int:
        """Return the number of distinct values of all groups."""
        return sum(map(len, self._seen))

    def result(self, group: int) -> int:
        """Return the number of distinct values in a group."""
        seen = self._seen[group]
        return len(seen) - (None in seen)


def _read_count(part: Part, reading: Reading, condition: Column | None = None) -> NewAccumulator:
    if part.value is None:
        return partial(RowCount, condition)
    parts = part.items("count") if isinstance(part.value, list) else [part]
    if not parts:
        raise part.error("count needs at least one field in its list")
    return partial(DistinctCount, [read_column(item, reading, "count") for item in parts], condition)


def _read_count_if(part: Part, reading: Reading) -> NewAccumulator:
    part.options("the argument of countIf", ("count", "if"))
    condition = read_column(part.member("if"), reading, "if")
    return _read_count(part.member("count"), reading, condition)


AGGREGATORS: Final = (
    Aggregator(
        "count",
        _read_count,
        0,
        '{"count": null}, {"count": "EXPRESSION"} or {"count": ["EXPRESSION", ...]}',
        "With null, the number of rows. With an expression, the number of distinct values that are not null. With a"
        " list, the number of distinct combinations that are not all null.",
        "Documented: null and an expression. The list is assumed.",
        (
            AggregatorExample(None, ({}, {"a": 1}), 2),
            AggregatorExample("a", ({"a": "x"}, {"a": "x"}, {"a": "y"}, {"a": None}, {}), 2),
            AggregatorExample(["a", "b"], ({"a": 1, "b": 1}, {"a": 1, "b": 1}, {"a": 1, "b": 2}, {}), 2),
        ),
        ("*", 7, []),
    ),
    Aggregator(
        "countIf",
        _read_count_if,
        0,
        '{"countIf": {"count": null or "EXPRESSION", "if": "EXPRESSION"}}',
        "As count, of the rows for which `if` is true.",
        "Documented.",
        (
            AggregatorExample({"count": None, "if": "a > 1"}, ({"a": 1}, {"a": 2}, {}), 1),
            AggregatorExample(
                {"count": "v", "if": "a > 1"}, ({"a": 2, "v": "x"}, {"a": 3, "v": "x"}, {"a": 1, "v": "y"}), 1
            ),
        ),
        ("a", {"count": "a"}, {"count": "a", "if": "b >"}, {"if": "a", "of": "b"}),
    ),
)
