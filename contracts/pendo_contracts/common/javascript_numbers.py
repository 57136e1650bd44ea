"""JavaScript's text of a number, which decides how many bytes a browser sends (ECMA-262)."""

from __future__ import annotations

import math
from typing import Final

SAFE_INTEGER: Final = 2**53


def number_text(number: float) -> str:
    """Format a number as Number.prototype.toString does: 1e21 as `1e+21`, 5.0 as `5`, 1e-7 as `1e-7`."""
    if isinstance(number, int) and -SAFE_INTEGER <= number <= SAFE_INTEGER:
        return str(number)
    value = to_double(number)
    shortest = repr(value)
    if "e" not in shortest and "n" not in shortest:  # Python and JavaScript write such a number with the same digits
        return shortest.removesuffix(".0") if value else "0"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    sign = "-" if value < 0 else ""
    return sign + _digits_text(repr(abs(value)))


def to_double(number: float) -> float:
    """Convert a number to a 64-bit float; a larger integer becomes an infinity."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _digits_text(shortest: str) -> str:
    """Format Python's shortest decimal of a positive number as ECMA-262's Number::toString does."""
    from decimal import Decimal  # noqa: PLC0415 - start-up time: rarely needed

    parts = Decimal(shortest).as_tuple()
    digits = "".join(map(str, parts.digits)).rstrip("0")
    point = len(parts.digits) + int(parts.exponent)
    if 0 < point <= 21:
        whole = digits[:point].ljust(point, "0")
        return f"{whole}.{digits[point:]}" if len(digits) > point else whole
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    mantissa = f"{digits[0]}.{digits[1:]}" if len(digits) > 1 else digits
    return f"{mantissa}e{point - 1:+d}"
