"""Liquid's arithmetic filters, in doubles: a value that is not a number counts as 0, a missing argument as NaN."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.mapping.liquid.value import to_number

if TYPE_CHECKING:
    from collections.abc import Callable


def round_to_integer(rounding: Callable[[float], int], value: float) -> float:
    """Round a number by math.floor or math.ceil; the infinities and NaN stay."""
    return rounding(value) if math.isfinite(value) else value


def divided_by(dividend: float, divisor: float = math.nan, integer: float = 0) -> float:
    """Divide like JavaScript, and round down if `integer` is not 0; a division by 0 gives an infinity or NaN."""
    quotient = dividend / divisor if divisor else math.copysign(math.inf, dividend) if dividend else math.nan
    return round_to_integer(math.floor, quotient) if integer else quotient


def modulo(dividend: float, divisor: float = math.nan) -> float:
    """Return the remainder with the divisor's sign."""
    if not divisor or math.isinf(dividend) or math.isinf(divisor):
        return math.nan
    return math.fmod(math.fmod(dividend, divisor) + divisor, divisor)


def round_half_up(value: float, digits: float = 0) -> float:
    """Round half up; the factor (1 + 2^-52) makes 1.005 round to 1.01 although its double is smaller."""
    scale = 10.0**digits if digits <= 308 else math.inf
    scaled = round_to_integer(math.floor, value * scale * (1 + 2**-52) + 0.5)
    return scaled / scale if math.isfinite(scale) and scale else math.nan


def _with_numbers(filter_: Callable[..., float]) -> Callable[..., float]:
    parameters = filter_.__code__.co_argcount
    return lambda *arguments: filter_(*map(to_number, arguments[:parameters]))


NUMBER_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "abs": lambda value: abs(to_number(value)),
    "at_least": lambda *values: max(map(to_number, values)),
    "at_most": lambda *values: min(map(to_number, values)),
    "ceil": lambda value: round_to_integer(math.ceil, to_number(value)),
    "divided_by": _with_numbers(divided_by),
    "floor": lambda value: round_to_integer(math.floor, to_number(value)),
    "minus": _with_numbers(lambda value, other=math.nan: value - other),
    "modulo": _with_numbers(modulo),
    "plus": _with_numbers(lambda value, other=math.nan: value + other),
    "round": _with_numbers(round_half_up),
    "times": _with_numbers(lambda value, other=math.nan: value * other),
}
