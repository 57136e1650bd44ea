"""JavaScript's values in Python: undefined, truthiness, String(), Number() and object spread.

Segment's runtime and Pendo's agent are written in JavaScript, so the payloads they send depend on its conversions.
A value is None, bool, int, float, str, list, dict, datetime (a Date) or UNDEFINED. Source of every rule: ECMA-262.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
import re
from typing import Any, Final, Literal, TypeGuard

from msgspec import Struct

from pendo_contracts.common.javascript_numbers import number_text, to_double

INHERITED: Final = frozenset(  # members of Object.prototype
    (
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString"),
        *("valueOf", "__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"),
    )
)
# When Segment's code assigns a member of this name (`copy[key] = value`, Object.assign), the assignment sets the
# object's prototype, so no copy has it as its own member (observed).
PROTOTYPE: Final = "__proto__"
WHITESPACE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)", re.ASCII)
_RADIX = re.compile(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+")


class NativeFunction(Struct, frozen=True):
    """A built-in function of JavaScript, such as Object.prototype.toString; it can only be shown."""

    name: str

    def __call__(self) -> None:
        """Do nothing: JSON has no functions, so no function is ever called."""

    def __str__(self) -> str:
        return f"function {self.name}() {{ [native code] }}"


class Undefined(enum.Enum):
    """The type of JavaScript's undefined, which differs from null (None)."""

    UNDEFINED = "undefined"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNDEFINED"


UNDEFINED: Final = Undefined.UNDEFINED


def is_number(value: Any) -> TypeGuard[int | float]:
    """Return whether a value is a JavaScript number; True and False are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_nullish(value: Any) -> bool:
    """Return whether a value is null or undefined."""
    return value is None or value is UNDEFINED


def truthy(value: Any) -> bool:
    """Return whether a value is true in a JavaScript `if`: empty arrays and objects are true, NaN is false."""
    if value:
        return type(value) is not float or value == value  # noqa: PLR0124 - NaN is the one value unequal to itself
    return isinstance(value, (list, dict))


def trim(string: str) -> str:
    """Strip JavaScript's white space, which includes U+FEFF; Python's `strip` does not remove it."""
    return string.strip(WHITESPACE)


def text(value: Any) -> str:
    """Convert a value as String() does: arrays join with commas, objects are `[object Object]`, dates are in UTC."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number_text(value)
        case None:
            return "null"
        case Undefined():
            return "undefined"
        case list():
            return ",".join("" if is_nullish(item) else text(item) for item in value)
        case NativeFunction():
            return str(value)
        case dt.datetime():
            return value.astimezone(dt.UTC).strftime("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)")
        case _:
            return "[object Object]"


def number(value: Any) -> float:
    """Convert a value as Number() does: "" is 0, " 6 " is 6, "0x10" is 16, undefined is NaN."""
    match value:
        case bool():
            return float(value)
        case int() | float():
            return to_double(value)
        case None:
            return 0.0
        case Undefined() | dict():
            return math.nan
        case dt.datetime():
            return value.timestamp() * 1000
        case _:
            return _parsed_number(trim(text(value)))


def _parsed_number(stripped: str) -> float:
    if not stripped:
        return 0.0
    if _DECIMAL.fullmatch(stripped):
        return float(stripped)
    if _RADIX.fullmatch(stripped):
        return to_double(int(stripped, 0))
    return {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}.get(stripped, math.nan)


def iso_date(date: dt.datetime) -> str:
    """Format a Date like toISOString: UTC, three decimals, `Z`."""
    return date.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def spread(value: Any) -> dict[str, Any]:
    """Copy a value as `{...value}` does: strings and arrays by index; null, numbers and booleans give no members."""
    if isinstance(value, dict):
        return value.copy()
    if isinstance(value, (str, list)):
        return {str(index): item for index, item in enumerate(value)}
    return {}


def spread_with(value: Any, **members: Any) -> dict[str, Any]:
    """Copy a value as `{...value, members}` does."""
    copy = spread(value)
    copy.update(members)
    return copy
