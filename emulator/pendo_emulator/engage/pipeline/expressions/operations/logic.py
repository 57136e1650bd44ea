"""Compiles `&&`, `||` and `!`.

`&&` and `||` treat null as false, and take numbers too (documented): a number other than 0 counts as true, as in C.
Operands of other types count as null (assumed). `!` takes booleans only (documented).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_emulator.engage.pipeline.expressions.operand import Operand, counts_as_true
from pendo_emulator.engage.pipeline.expressions.operations.row_filters import filter_by, filter_in_turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendo_emulator.engage.pipeline.expressions.operand import Condition, Evaluate, Row


def compile_logic(symbol: str, operands: Sequence[Operand], column: int) -> Operand:
    """Compile a chain of operands joined by the same operator."""
    conditions = [counts_as_true(operand) for operand in operands]
    if symbol == "||":
        condition = _any(conditions)
        return Operand(condition, column, condition=condition)
    condition = _all(conditions)
    filters = [operand.keep or filter_by(one) for operand, one in zip(operands, conditions, strict=True)]
    return Operand(condition, column, condition=condition, keep=filter_in_turn(filters))


def compile_not(operand: Operand, column: int) -> Operand:
    """Compile `!`: it exchanges true and false, and gives null for all other values."""
    read = operand.read
    return Operand(_not(read), column, condition=lambda row: read(row) is False)


def _not(operand: Evaluate) -> Evaluate:
    def read(row: Row) -> bool | None:
        value = operand(row)
        return not value if value.__class__ is bool else None

    return read


def _all(conditions: list[Condition]) -> Condition:
    if len(conditions) == 2:
        first, second = conditions
        return lambda row: first(row) and second(row)
    if len(conditions) == 3:
        first, second, third = conditions
        return lambda row: first(row) and second(row) and third(row)

    def condition(row: Row) -> bool:
        for one in conditions:  # noqa: SIM110 - all() over a generator takes twice as long
            if not one(row):
                return False
        return True

    return condition


def _any(conditions: list[Condition]) -> Condition:
    if len(conditions) == 2:
        first, second = conditions
        return lambda row: first(row) or second(row)

    def condition(row: Row) -> bool:
        for one in conditions:  # noqa: SIM110 - any() over a generator takes twice as long
            if one(row):
                return True
        return False

    return condition
