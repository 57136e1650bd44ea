"""The values of expressions: JSON values, whose numbers are 64-bit floats (documented)."""

from __future__ import annotations

import math
from typing import Any

from pendo_contracts.common.javascript_numbers import SAFE_INTEGER
from pendo_emulator.engage.pipeline.expressions.operand import NUMERIC


def tidy(number: float) -> float | None:
    """Return a result of arithmetic as a 64-bit float; a whole one as int; None for an infinity.

    Raises OverflowError for an integer that no 64-bit float can represent.
    """
    if number.__class__ is int and -SAFE_INTEGER <= number <= SAFE_INTEGER:
        return number
    value = float(number)
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) <= SAFE_INTEGER else value


def whole_number(value: Any) -> int | None:
    """Return a number without a fraction as int, else None."""
    if value.__class__ is int:
        return int(value)
    return int(value) if value.__class__ is float and value.is_integer() else None


def equals(left: Any, right: Any) -> bool | None:
    """Compare two values of one type, as `==` does: None if their types differ or have no equality.

    null is equal to null only (documented). Two lists are equal if their elements are.
    """
    if left is None or right is None:
        return left is right
    kind, other = left.__class__, right.__class__
    if kind is str or kind is bool:
        return bool(left == right) if other is kind else None
    if kind in NUMERIC:
        return bool(left == right) if other in NUMERIC else None
    return same(left, right) if kind is list and other is list else None


def same(left: Any, right: Any) -> bool:
    """Return whether two JSON values are the same; true and 1 are not. Needs no recursion for nested values."""
    pairs = [(left, right)]
    while pairs:
        one, other = pairs.pop()
        if one.__class__ is list and other.__class__ is list:
            if len(one) != len(other):
                return False
            pairs.extend(zip(one, other, strict=True))
        elif one.__class__ is dict and other.__class__ is dict:
            if one.keys() != other.keys():
                return False
            pairs.extend((one[key], other[key]) for key in one)
        elif (one.__class__ is not other.__class__ and not {one.__class__, other.__class__} <= NUMERIC) or one != other:
            return False
    return True
