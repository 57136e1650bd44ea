"""The aggregators that choose or collect values: min, max, first, list, listIf and concat."""

from __future__ import annotations

from functools import partial
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.aggregators.aggregator import (
    Aggregator,
    AggregatorExample,
    NewAccumulator,
    read_column,
)
from pendo_emulator.engage.pipeline.values import NUMBER_TYPES, sort_key, types_of

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Column, Row
    from pendo_emulator.engage.pipeline.step import Reading


_NUMBERS: Final = NUMBER_TYPES | {NoneType}
_TEXTS: Final = frozenset({str, NoneType})


class Extreme:
    """The smallest or the largest value."""

    def __init__(self, column: Column, *, largest: bool) -> None:
        self._column = column
        self._largest = largest
        self._values: list[Any] = []
        self._types: set[type] = set()

    def add(self, groups: list[int], rows: list[Row], count: int) -> None:
        """Add rows."""
        best, values = self._values, self._column(rows)
        best.extend([None] * (count - len(best)))
        self._types |= types_of(values)
        if self._types <= _NUMBERS or self._types <= _TEXTS:
            self._add_comparable(groups, values)
        else:
            self._add_any(groups, values)

    def _add_comparable(self, groups: list[int], values: list[Any]) -> None:
        best, largest = self._values, self._largest
        for group, value in zip(groups, values, strict=True):
            if value is not None:
                other = best[group]
                if other is None or (value > other if largest else value < other):
                    best[group] = value

    def _add_any(self, groups: list[int], values: list[Any]) -> None:
        best = self._values
        for group, value in zip(groups, values, strict=True):
            if value is not None:
                other, choose = best[group], max if self._largest else min
                best[group] = value if other is None else choose(other, value, key=sort_key)

    def held(self) -> int:
        """Return 0: a value is part of its group."""
        return 0

    def result(self, group: int) -> Any:
        """Return the value of a group; null if all its values are null."""
        return self._values[group]


class First:
    """The first value that is not null."""

    def __init__(self, column: Column) -> None:
        self._column = column
        self._values: list[Any] = []

    def add(self, groups: list[int], rows: list[Row], count: int) -> None:
        """Add rows."""
        values = self._values
        values.extend([None] * (count - len(values)))
        for group, value in zip(groups, self._column(rows), strict=True):
            if values[group] is None:
                values[group] = value

    def held(self) -> int:
        """Return 0: a value is part of its group."""
        return 0

    def result(self, group: int) -> Any:
        """Return the value of a group; null if all its values are null."""
        return self._values[group]


class Collected:
    """All values in a list, in the order of the rows."""

    def __init__(self, column: Column, condition: Column | None = None) -> None:
        self._column = column
        self._condition = condition
        self._values: list[list[Any]] = []

    def add(self, groups: list[int], rows: list[Row], count: int) -> None:
        """Add rows."""
        lists = self._values
        lists.extend([] for _ in range(count - len(lists)))
        values = self._column(rows)
        kept = self._condition(rows) if self._condition else [True] * len(values)
        for group, value, keep in zip(groups, values, kept, strict=True):
            if keep is True:
                lists[group].append(value)

    def held(self) -> int:
        """Return the number of values of all groups."""
        return sum(map(len, self._values))

    def result(self, group: int) -> Any:
        """Return the values of a group."""
        return self._values[group]


class Joined(Collected):
    """All strings of a group in one string."""

    def result(self, group: int) -> Any:
        """Return the text of a group; null if it has no strings."""
        texts = [value for value in self._values[group] if isinstance(value, str)]
        return "".join(texts) if texts else None


def _read_list_if(part: Part, reading: Reading) -> NewAccumulator:
    part.options("the argument of listIf", ("list", "if"))
    condition = read_column(part.member("if"), reading, "if")
    return partial(Collected, read_column(part.member("list"), reading, "list"), condition)


def _read_extreme(part: Part, reading: Reading, *, largest: bool) -> NewAccumulator:
    column = read_column(part, reading, "max" if largest else "min")
    return partial(Extreme, column, largest=largest)


AGGREGATORS: Final = (
    Aggregator(
        "min",
        partial(_read_extreme, largest=False),
        None,
        '{"min": "EXPRESSION"}',
        "The smallest value; null if all are null. Values of several types are in the order of sort.",
        "Documented. That nulls are skipped, and the order of types, are assumed.",
        (
            AggregatorExample("a", ({"a": 3}, {"a": 1}, {"a": None}), 1),
            AggregatorExample("a", ({"a": "b"}, {"a": "a"}), "a"),
            AggregatorExample("a", ({},), None),
        ),
    ),
    Aggregator(
        "max",
        partial(_read_extreme, largest=True),
        None,
        '{"max": "EXPRESSION"}',
        "The largest value; null if all are null. Values of several types are in the order of sort.",
        "Documented. That nulls are skipped, and the order of types, are assumed.",
        (
            AggregatorExample("a", ({"a": 3}, {"a": 1}, {"a": None}), 3),
            AggregatorExample("a", ({"a": 9}, {"a": "a"}), "a"),
            AggregatorExample("a", ({},), None),
        ),
    ),
    Aggregator(
        "first",
        lambda part, reading: partial(First, read_column(part, reading, "first")),
        None,
        '{"first": "EXPRESSION"}',
        "The first value that is not null.",
        "Documented.",
        (AggregatorExample("a", ({}, {"a": 3}, {"a": 1}), 3), AggregatorExample("a", ({},), None)),
    ),
    Aggregator(
        "list",
        lambda part, reading: partial(Collected, read_column(part, reading, "list")),
        None,
        '{"list": "EXPRESSION"}',
        "All values in the order of the rows, also nulls.",
        "Documented. That nulls are kept is assumed.",
        (AggregatorExample("a", ({"a": 3}, {}, {"a": 3}), [3, None, 3]),),
    ),
    Aggregator(
        "listIf",
        _read_list_if,
        None,
        '{"listIf": {"list": "EXPRESSION", "if": "EXPRESSION"}}',
        "As list, of the rows for which `if` is true.",
        "Assumed: third parties name it.",
        (AggregatorExample({"list": "a", "if": "a > 1"}, ({"a": 3}, {}, {"a": 1}, {"a": 2}), [3, 2]),),
        ("a", {"list": "a"}, {"list": "a", "if": 1}),
    ),
    Aggregator(
        "concat",
        lambda part, reading: partial(Joined, read_column(part, reading, "concat")),
        None,
        '{"concat": "EXPRESSION"}',
        "All strings in one string, without a separator; null if there are none.",
        "Assumed: third parties name it.",
        (AggregatorExample("a", ({"a": "x"}, {"a": 1}, {}, {"a": "y"}), "xy"), AggregatorExample("a", ({},), None)),
    ),
)
