"""Compiles comparisons into functions that are specialised for their operands.

`==` and `!=` treat null as a value; the other comparisons give null for null (documented). Different types give null
(assumed). Strings are compared by code points (assumed).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.expressions.operand import NUMERIC, Condition, Evaluate, Operand
from pendo_emulator.engage.pipeline.expressions.values import equals

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.expressions.operand import Row

ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def compile_comparison(symbol: str, left: Operand, right: Operand, column: int) -> Operand:
    """Compile a comparison of two operands."""
    if left.is_constant and not right.is_constant:
        symbol, left, right = _MIRRORED[symbol], right, left
    if symbol == "==":
        return Operand(_equal(left, right), column, condition=_equal_condition(left, right))
    if symbol == "!=":
        return Operand(_unequal(left, right), column, condition=_unequal_condition(left, right))
    return Operand(_ordered(ORDER[symbol], left, right), column, condition=_order_condition(symbol, left, right))


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
            return lambda row: bool(row.get(key) == expected)
        return lambda row: bool(one(row) == expected)

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
    one, other, bound, key = left.read, right.read, right.value, left.key
    if right.is_constant and bound.__class__ in NUMERIC:
        return _number_condition(symbol, one, bound) if key is None else _NUMBER_CONDITIONS[symbol](key, bound)
    if right.is_constant and bound.__class__ is str:
        return _string_condition(symbol, one, bound)
    compare = ORDER[symbol]

    def condition(row: Row) -> bool:
        value, limit = one(row), other(row)
        if value.__class__ in NUMERIC:
            return limit.__class__ in NUMERIC and compare(value, limit)
        return value.__class__ is str and limit.__class__ is str and compare(value, limit)

    return condition


def _number_condition(symbol: str, read: Evaluate, bound: float) -> Condition:
    compare = ORDER[symbol]

    def condition(row: Row) -> bool:
        value = read(row)
        return value.__class__ in NUMERIC and compare(value, bound)

    return condition


def _string_condition(symbol: str, read: Evaluate, bound: str) -> Condition:
    compare = ORDER[symbol]

    def condition(row: Row) -> bool:
        value = read(row)
        return value.__class__ is str and compare(value, bound)

    return condition


# The commonest condition compares a field with a number. Each has its own function, because a call of `compare` takes
# a third of the time.


def _less(key: str, bound: float) -> Condition:
    def condition(row: Row) -> bool:
        value = row.get(key)
        return value.__class__ in NUMERIC and value < bound

    return condition


def _less_or_equal(key: str, bound: float) -> Condition:
    def condition(row: Row) -> bool:
        value = row.get(key)
        return value.__class__ in NUMERIC and value <= bound

    return condition


def _greater(key: str, bound: float) -> Condition:
    def condition(row: Row) -> bool:
        value = row.get(key)
        return value.__class__ in NUMERIC and value > bound

    return condition


def _greater_or_equal(key: str, bound: float) -> Condition:
    def condition(row: Row) -> bool:
        value = row.get(key)
        return value.__class__ in NUMERIC and value >= bound

    return condition


_NUMBER_CONDITIONS: Final[dict[str, Callable[[str, float], Condition]]] = {
    "<": _less, "<=": _less_or_equal, ">": _greater, ">=": _greater_or_equal,
}  # fmt: skip
