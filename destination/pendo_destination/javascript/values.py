"""JavaScript's values in Python: undefined, String(), Number(), truthiness, and JSON as JSON.stringify writes it.

Segment's runtime and Pendo's agent are JavaScript, and what they send depends on its conversions. A value here is
None, bool, int, float, str, list, dict, datetime (a Date) or UNDEFINED. Source of every rule: ECMA-262.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
import re
from decimal import Decimal
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any, Final, Literal, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SAFE_INTEGER: Final = 2**53
ARRAY_INDEX_LIMIT: Final = 2**32 - 1
INHERITED: Final = frozenset(  # what every object has from Object.prototype
    (
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString"),
        *("valueOf", "__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"),
    )
)
WHITESPACE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)", re.ASCII)
_RADIX = re.compile(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_INTEGER_KEY = re.compile(r"0|[1-9]\d{0,9}", re.ASCII)


class Undefined(enum.Enum):
    """The type of JavaScript's undefined: absent, which is not the same as null."""

    UNDEFINED = "undefined"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNDEFINED"


UNDEFINED: Final = Undefined.UNDEFINED


def is_number(value: Any) -> TypeGuard[int | float]:
    """Tell whether a value is a JavaScript number; True and False are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_nullish(value: Any) -> bool:
    """Tell whether a value is null or undefined."""
    return value is None or value is UNDEFINED


def truthy(value: Any) -> bool:
    """Tell what JavaScript's `if` makes of a value: empty arrays and objects are true, NaN is false."""
    if isinstance(value, (list, dict, dt.datetime)):
        return True
    return bool(value) and value == value  # noqa: PLR0124 - NaN is the one value unequal to itself


def number_text(number: float) -> str:
    """Write a number as Number.prototype.toString does: 1e21 as `1e+21`, 5.0 as `5`, 1e-7 as `1e-7`."""
    if isinstance(number, int) and -SAFE_INTEGER <= number <= SAFE_INTEGER:
        return str(number)
    value = _double(number)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    return sign + _digits_text(repr(abs(value)))


def _double(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _digits_text(shortest: str) -> str:
    """Lay out Python's shortest digits as ECMA-262's Number::toString does."""
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


def trim(string: str) -> str:
    """Strip JavaScript's white space, which has U+FEFF where Python's has not."""
    return string.strip(WHITESPACE)


def text(value: Any) -> str:
    """Convert a value as String() does; arrays join with commas, objects are `[object Object]`, dates are in UTC."""
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
            return _double(value)
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
        return _double(int(stripped, 0))
    return {"Infinity": math.inf, "+Infinity": math.inf, "-Infinity": -math.inf}.get(stripped, math.nan)


def iso_date(date: dt.datetime) -> str:
    """Write a Date as toISOString does: UTC, three decimals, `Z`."""
    return date.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def spread(value: Any) -> dict[str, Any]:
    """Copy a value as `{...value}` does: strings and arrays by index, null, numbers and booleans as nothing."""
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, (str, list)):
        return {str(index): item for index, item in enumerate(value)}
    return {}


def spread_with(value: Any, **members: Any) -> dict[str, Any]:
    """Copy a value as `{...value, members}` does."""
    return {**(value if type(value) is dict else spread(value)), **members}


def utf16_length(string: str) -> int:
    """Count a string's length as JavaScript does, in UTF-16 units."""
    return len(string) if string.isascii() else len(string.encode("utf-16-le", "surrogatepass")) // 2


def utf16_units(string: str) -> str:
    """Spell a string with one character for each UTF-16 unit: 😀 becomes its two surrogates."""
    return _ASTRAL.sub(lambda found: _surrogates(ord(found.group())), string)


def _surrogates(code: int) -> str:
    return chr(0xD7C0 + (code >> 10)) + chr(0xDC00 | code & 0x3FF)


def utf16_text(units: str) -> str:
    """Join the surrogate pairs of a string again; the inverse of `utf16_units`."""
    return units if units.isascii() else units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def in_key_order(mapping: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Yield an object's members in JavaScript's order: array-index keys first, ascending, then as inserted."""
    indices = [key for key in mapping if _is_index(key)]
    if not indices:
        return mapping.items()
    rest = [item for item in mapping.items() if not _is_index(item[0])]
    return [(key, mapping[key]) for key in sorted(indices, key=int)] + rest


def _is_index(key: str) -> bool:
    return key[:1].isdigit() and bool(_INTEGER_KEY.fullmatch(key)) and int(key) < ARRAY_INDEX_LIMIT


def stringify(value: Any) -> str | Undefined:
    """Write a value as JSON.stringify does.

    No spaces, non-ASCII raw, lone surrogates escaped, NaN and the infinities as null, a Date as its ISO text,
    undefined members left out, undefined array slots as null. UNDEFINED itself and callables give UNDEFINED.
    """
    match value:
        case str():
            return _quoted(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            written = number_text(value)
            return written if written[-1].isdigit() else "null"
        case list():
            return f"[{','.join(_slot(item) for item in value)}]"
        case dict():
            members = ((key, stringify(item)) for key, item in in_key_order(value))
            return f"{{{','.join(f'{_quoted(key)}:{item}' for key, item in members if item is not UNDEFINED)}}}"
        case dt.datetime():
            return f'"{iso_date(value)}"'
        case _:
            return UNDEFINED


def _slot(item: Any) -> str:
    written = stringify(item)
    return "null" if isinstance(written, Undefined) else written


def _quoted(string: str) -> str:
    quoted: str = encode_basestring(string)
    if quoted.isascii():
        return quoted
    return _LONE_SURROGATE.sub(lambda lone: f"\\u{ord(lone.group()):04x}", quoted)
