"""Filters whole iterables of rows: without a call of a Python function for each row, where the condition is simple."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.expressions.operand import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pendo_emulator.engage.pipeline.expressions.operand import Condition, RowFilter


def filter_by(condition: Condition) -> RowFilter:
    """Return the filter that keeps the rows for which a condition is true."""
    return lambda rows: filter(condition, rows)


def filter_in_turn(filters: Sequence[RowFilter]) -> RowFilter:
    """Return the filter that keeps the rows that all filters keep."""

    def keep(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        for one in filters:
            rows = one(rows)
        return rows

    return keep


def equal_string(key: str, expected: str) -> RowFilter:
    """Return the filter on a field that equals a string."""
    return lambda rows: (row for row in rows if row.get(key) == expected)


def _less(key: str, bound: Any) -> RowFilter:
    return lambda rows: (row for row in rows if (value := row.get(key)).__class__ in NUMERIC and value < bound)


def _less_or_equal(key: str, bound: Any) -> RowFilter:
    return lambda rows: (row for row in rows if (value := row.get(key)).__class__ in NUMERIC and value <= bound)


def _greater(key: str, bound: Any) -> RowFilter:
    return lambda rows: (row for row in rows if (value := row.get(key)).__class__ in NUMERIC and value > bound)


def _greater_or_equal(key: str, bound: Any) -> RowFilter:
    return lambda rows: (row for row in rows if (value := row.get(key)).__class__ in NUMERIC and value >= bound)


NUMBER_FILTERS: Final[dict[str, Callable[[str, Any], RowFilter]]] = {
    "<": _less, "<=": _less_or_equal, ">": _greater, ">=": _greater_or_equal,
}  # fmt: skip
