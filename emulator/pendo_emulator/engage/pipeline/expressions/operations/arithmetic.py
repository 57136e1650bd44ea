"""Compiles arithmetic: on numbers only, else null; numbers are 64-bit floats (documented).

A division by zero gives null, and so does a result that is too large (assumed). `%` has the sign of its left operand,
as in C.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.javascript_numbers import SAFE_INTEGER
from pendo_emulator.engage.pipeline.expressions.operand import NUMERIC, Operand
from pendo_emulator.engage.pipeline.expressions.values import tidy

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.engage.pipeline.expressions.operand import Evaluate, Row


def remainder(left: float, right: float) -> float:
    """Return the remainder of a division, with the sign of the left operand; exact for whole numbers."""
    if left.__class__ is int and right.__class__ is int and 0 <= left <= SAFE_INTEGER and right > 0:
        return left % right
    return math.fmod(left, right)


ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": remainder,
}  # fmt: skip


def compile_arithmetic(symbol: str, left: Operand, right: Operand, column: int) -> Operand:
    """Compile an operation on two numbers."""
    return Operand(_arithmetic(ARITHMETIC[symbol], left.read, right.read), column)


def compile_negation(operand: Operand, column: int) -> Operand:
    """Compile the minus sign before a number."""
    read_operand = operand.read

    def read(row: Row) -> float | None:
        value = read_operand(row)
        return -value if value.__class__ in NUMERIC else None

    return Operand(read, column)


def _arithmetic(calculate: Callable[[Any, Any], Any], left: Evaluate, right: Evaluate) -> Evaluate:
    def read(row: Row) -> float | None:
        value, other = left(row), right(row)
        if value.__class__ not in NUMERIC or other.__class__ not in NUMERIC:
            return None
        try:
            result = calculate(value, other)
            whole = result.__class__ is int and -SAFE_INTEGER <= result <= SAFE_INTEGER
            return result if whole else tidy(result)
        except (ZeroDivisionError, OverflowError, ValueError):
            return None

    return read
