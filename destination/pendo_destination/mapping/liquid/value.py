"""The values of Liquid's expressions: JavaScript's values, and three keywords with special comparison rules."""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING, Any, Final

from liquid.exceptions import FilterArgumentError

from pendo_contracts.common.javascript_numbers import SAFE_INTEGER
from pendo_destination.javascript.utf16 import utf16_length
from pendo_destination.javascript.values import UNDEFINED, is_nullish, is_number, number, text
from pendo_destination.mapping.path_directive import get_member

if TYPE_CHECKING:
    from collections.abc import Callable

    from liquid import RenderContext

_MEMORY_LIMIT: Final = 1e8


class Keyword(enum.Enum):
    """The keywords `nil`, `empty` and `blank`."""

    NIL = enum.auto()
    EMPTY = enum.auto()
    BLANK = enum.auto()


def to_javascript(value: Any) -> Any:
    """Return the JavaScript value of a keyword for filters and outputs; return any other value unchanged."""
    if isinstance(value, Keyword):
        return None if value is Keyword.NIL else ""
    return value


def render_value(value: Any) -> str:
    """Write a value as output: nil as "", arrays without separators, other values like String()."""
    value = to_javascript(value)
    if isinstance(value, list):
        return "".join(map(render_value, value))
    return "" if is_nullish(value) else text(value)


def to_number(value: Any) -> float:
    """Convert a value for arithmetic; a value that is not a number becomes 0."""
    converted = number(value)
    return 0.0 if math.isnan(converted) else converted


def to_integer(value: Any) -> int:
    """Convert a value to an index or a number of units or elements."""
    return int(max(-SAFE_INTEGER, min(to_number(value), SAFE_INTEGER)))


def add(left: Any, right: Any) -> Any:
    """Add like `+` in JavaScript: strings, arrays and objects as text, other values as numbers."""
    if isinstance(left, (str, list, dict)) or isinstance(right, (str, list, dict)):
        return text(left) + text(right)
    return number(left) + number(right)


def to_array(value: Any) -> list[Any]:
    """Return an array unchanged, an empty array for nil, and a one-element array for any other value."""
    value = to_javascript(value)
    if isinstance(value, list):
        return value
    return [] if is_nullish(value) else [value]


def get_property(value: Any, key: Any) -> Any:
    """Return a property as Liquid's paths do, which add `size`, `first` and `last`; any property of nil is nil."""
    if is_nullish(value):
        return value
    if isinstance(value, list) and is_number(key):
        return value[int(key)] if key in range(-len(value), len(value)) else UNDEFINED
    own = value.get(text(key), UNDEFINED) if isinstance(value, dict) else get_member(value, text(key))
    if own is not UNDEFINED:
        return own
    if key == "size" and isinstance(value, (dict, list, str)):
        return utf16_length(value) if isinstance(value, str) else len(value)
    if key in ("first", "last") and isinstance(value, list) and value:
        return value[0 if key == "first" else -1]
    return UNDEFINED


def lookup(context: RenderContext, root: Callable[[RenderContext], Any] | None, keys: list[Any]) -> Any:
    """Follow keys from a value; without a value, the first key names a variable, a counter or a payload member."""
    if root is not None:
        value = root(context)
    else:
        scopes = (context.locals, context.counters, context.globals)
        value = next((scope for scope in scopes if text(keys[0]) in scope), {})
    for key in keys:
        value = get_property(value, to_javascript(key))
    return value


def number_range(low: Any, high: Any) -> list[float]:
    """List the numbers of a range such as `(1..3)`."""
    first, size = number(to_javascript(low)), number(to_javascript(high)) - number(to_javascript(low)) + 1
    return [first + index for index in range(check_size(size))]


def check_size(size: float) -> int:
    """Round a size up to an integer of at least 0; raise FilterArgumentError above Segment's memory limit."""
    if size > _MEMORY_LIMIT:
        raise FilterArgumentError("memory alloc limit exceeded", token=None)
    return math.ceil(size) if size > 0 else 0
