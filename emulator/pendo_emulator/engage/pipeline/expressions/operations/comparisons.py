"""Compiles comparisons into functions that are specialised for their operands.

`==` and `!=` treat null as a value; the other comparisons give null for null (documented). Different types give null
(assumed). Strings are compared by code points (assumed).
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.expressions.operand import NUMERIC, Operand
from pendo_emulator.engage.pipeline.expressions.operations.row_filters import NUMBER_FILTERS, equal_string
from pendo_emulator.engage.pipeline.expressions.values import equals

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.engage.pipeline.expressions.operand import Condition, Evaluate, Row, RowFilter

ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def compile_comparison(symbol: str, left: Operand, right: Operand, column: int) -> Operand:
    """Compile a comparison of two operands."""
    if left.is_constant and not right.is_constant:
        symbol, left, right = _MIRRORED[symbol], right, left
    keep = _row_filter(symbol, left.key, right)
    if symbol == "==":
        return Operand(_equal(left, right), column, condition=_equal_condition(left, right), keep=keep)
    if symbol == "!=":
        return Operand(_unequal(left, right), column, condition=_unequal_condition(left, right))
    condition = _order_condition(symbol, left, right)
    return Operand(_ordered(ORDER[symbol], left, right), column, condition=condition, keep=keep)


def _row_filter(symbol: str, key: str | None, right: Operand) -> RowFilter | None:
    """Return the filter of a comparison of the row's own field with a constant; None for other comparisons."""
    if key is None or not right.is_constant:
        return None
    if symbol in NUMBER_FILTERS and right.value.__class__ in NUMERIC:
        return NUMBER_FILTERS[symbol](key, right.value)
    return equal_string(key, right.value) if symbol == "==" and right.value.__class__ is str else None


def _equal(left: Operand, right: Operand) -> Evaluate:
    one, other = left.read, right.read
    return lambda row: equals(one(row), other(row))


def _unequal(left: Operand, right: Operand) -> Evaluate:
    one, other = left.read, right.read
    return lambda row: unequal(one(row), other(row))


def unequal(left: Any, right: Any) -> bool | None:
    """Compare two values as `!=` does, which is not defined for two lists (documented)."""
    if left.__class__ is list and right.__class__ is list:
        return None
    result = equals(left, right)
    return None if result is None else not result


def _equal_condition(left: Operand, right: Operand) -> Condition:
    one, other, expected, key = left.read, right.read, right.value, left.key
    if not right.is_constant or expected.__class__ is list:
        return lambda row: equals(one(row), other(row)) is True
    if expected is None or expected.__class__ is bool:
        return lambda row: one(row) is expected
    if expected.__class__ is str:
        if key is not None:
            return lambda row: row.get(key) == expected
        return lambda row: one(row) == expected

    def condition(row: Row) -> bool:
        value = one(row)
        return value == expected and value.__class__ is not bool

    return condition


def _unequal_condition(left: Operand, right: Operand) -> Condition:
    one, other, expected, key = left.read, right.read, right.value, left.key
    if expected.__class__ is str and key is not None:

        def unequal_string(row: Row) -> bool:
            value = row.get(key)
            return value != expected and (value.__class__ is str or value is None)

        return unequal_string
    if right.is_constant and expected is None:
        return lambda row: one(row) is not None
    return lambda row: unequal(one(row), other(row)) is True


def _ordered(compare: Callable[[Any, Any], bool], left: Operand, right: Operand) -> Evaluate:
    one, other = left.read, right.read

    def read(row: Row) -> bool | None:
        value, bound = one(row), other(row)
        if value.__class__ in NUMERIC:
            return compare(value, bound) if bound.__class__ in NUMERIC else None
        return compare(value, bound) if value.__class__ is str and bound.__class__ is str else None

    return read


def _order_condition(symbol: str, left: Operand, right: Operand) -> Condition:
    one, other, bound = left.read, right.read, right.value
    if right.is_constant and bound.__class__ in NUMERIC:
        return _NUMBER_CONDITIONS[symbol](one, bound)
    if right.is_constant and bound.__class__ is str:
        return _string_condition(symbol, one, bound)
    compare = ORDER[symbol]

    def condition(row: Row) -> bool:
        value, limit = one(row), other(row)
        if value.__class__ in NUMERIC:
            return limit.__class__ in NUMERIC and compare(value, limit)
        return value.__class__ is str and limit.__class__ is str and compare(value, limit)

    return condition


def _string_condition(symbol: str, read: Evaluate, bound: str) -> Condition:
    compare = ORDER[symbol]

    def condition(row: Row) -> bool:
        value = read(row)
        return value.__class__ is str and compare(value, bound)

    return condition


def _less(read: Evaluate, bound: Any) -> Condition:
    def condition(row: Row) -> bool:
        value = read(row)
        return value.__class__ in NUMERIC and value < bound

    return condition


def _less_or_equal(read: Evaluate, bound: Any) -> Condition:
    def condition(row: Row) -> bool:
        value = read(row)
        return value.__class__ in NUMERIC and value <= bound

    return condition


def _greater(read: Evaluate, bound: Any) -> Condition:
    def condition(row: Row) -> bool:
        value = read(row)
        return value.__class__ in NUMERIC and value > bound

    return condition


def _greater_or_equal(read: Evaluate, bound: Any) -> Condition:
    def condition(row: Row) -> bool:
        value = read(row)
        return value.__class__ in NUMERIC and value >= bound

    return condition


# The commonest condition compares with a number. Each has its own function, because a call of `compare` takes time.
_NUMBER_CONDITIONS: Final[dict[str, Callable[[Evaluate, Any], Condition]]] = {
    "<": _less, "<=": _less_or_equal, ">": _greater, ">=": _greater_or_equal,
}  # fmt: skip
