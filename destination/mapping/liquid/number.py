"""Liquid's arithmetic filters, in doubles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from destination.javascript import truthy
from destination.mapping.liquid.value import amount, count

if TYPE_CHECKING:
    from collections.abc import Callable


def whole(rounded: Callable[[float], int], value: float) -> float:
    """Round a number by math.floor or math.ceil; the infinities stay."""
    return rounded(value) if math.isfinite(value) else value


def divided_by(value: Any, divisor: Any = 0, integer: Any = None) -> float:
    """Divide as doubles, or down to an integer if asked; a division by zero is infinite or not a number."""
    dividend, by = amount(value), amount(divisor)
    quotient = dividend / by if by else math.copysign(math.inf, dividend) if dividend else math.nan
    return whole(math.floor, quotient) if truthy(integer) else quotient


def modulo(value: Any, divisor: Any = 0) -> float:
    """Take the remainder that has the divisor's sign."""
    dividend, by = amount(value), amount(divisor)
    if not by or math.isinf(dividend) or math.isinf(by):
        return math.nan
    return math.fmod(math.fmod(dividend, by) + by, by)


def rounded(value: Any, digits: Any = 0) -> float:
    """Round half up; the hair added first makes 1.005 round as its writer meant."""
    scale = 10.0 ** min(count(digits), 308)
    return whole(math.floor, amount(value) * scale * (1 + 2**-52) + 0.5) / scale


NUMBER_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "abs": lambda value: abs(amount(value)),
    "at_least": lambda value, other=0: max(amount(value), amount(other)),
    "at_most": lambda value, other=0: min(amount(value), amount(other)),
    "ceil": lambda value: whole(math.ceil, amount(value)),
    "divided_by": divided_by,
    "floor": lambda value: whole(math.floor, amount(value)),
    "minus": lambda value, other=0: amount(value) - amount(other),
    "modulo": modulo,
    "plus": lambda value, other=0: amount(value) + amount(other),
    "round": rounded,
    "times": lambda value, other=0: amount(value) * amount(other),
}
