"""Liquid's arithmetic filters, in doubles: what is no number counts as 0, and an argument that is missing as NaN."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.mapping.liquid.value import amount

if TYPE_CHECKING:
    from collections.abc import Callable


def whole(rounded: Callable[[float], int], value: float) -> float:
    """Round a number by math.floor or math.ceil; the infinities and NaN stay."""
    return rounded(value) if math.isfinite(value) else value


def divided_by(dividend: float, by: float = math.nan, integer: float = 0) -> float:
    """Divide as doubles, or down to an integer if asked; a division by zero is infinite or not a number."""
    quotient = dividend / by if by else math.copysign(math.inf, dividend) if dividend else math.nan
    return whole(math.floor, quotient) if integer else quotient


def modulo(dividend: float, by: float = math.nan) -> float:
    """Take the remainder that has the divisor's sign."""
    if not by or math.isinf(dividend) or math.isinf(by):
        return math.nan
    return math.fmod(math.fmod(dividend, by) + by, by)


def rounded(value: float, digits: float = 0) -> float:
    """Round half up; the hair added first makes 1.005 round as its writer meant."""
    scale = 10.0**digits if digits <= 308 else math.inf
    scaled = whole(math.floor, value * scale * (1 + 2**-52) + 0.5)
    return scaled / scale if math.isfinite(scale) and scale else math.nan


def _called(filter_: Callable[..., float]) -> Callable[..., float]:
    takes = filter_.__code__.co_argcount or None
    return lambda *arguments: filter_(*map(amount, arguments[:takes]))


NUMBER_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "abs": lambda value: abs(amount(value)),
    "at_least": lambda *values: max(map(amount, values)),
    "at_most": lambda *values: min(map(amount, values)),
    "ceil": lambda value: whole(math.ceil, amount(value)),
    "divided_by": _called(divided_by),
    "floor": lambda value: whole(math.floor, amount(value)),
    "minus": _called(lambda value, other=math.nan: value - other),
    "modulo": _called(modulo),
    "plus": _called(lambda value, other=math.nan: value + other),
    "round": _called(rounded),
    "times": _called(lambda value, other=math.nan: value * other),
}
