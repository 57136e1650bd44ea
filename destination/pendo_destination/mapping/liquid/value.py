"""The values of Liquid's expressions: JavaScript's, and three words of Liquid that compare in their own way."""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING, Any, Final

from liquid.exceptions import FilterArgumentError

from pendo_destination.javascript.utf16 import utf16_length
from pendo_destination.javascript.values import SAFE_INTEGER, UNDEFINED, is_nullish, is_number, number, text
from pendo_destination.mapping.path import member

if TYPE_CHECKING:
    from collections.abc import Callable

    from liquid import RenderContext

_MEMORY: Final = 1e8


class Drop(enum.Enum):
    """The words `nil`, `empty` and `blank`, and what they are in a filter or in the output."""

    NIL = enum.auto()
    EMPTY = enum.auto()
    BLANK = enum.auto()


def plain(value: Any) -> Any:
    """Turn Liquid's own words into JavaScript values; all others are such."""
    if isinstance(value, Drop):
        return None if value is Drop.NIL else ""
    return value


def written(value: Any) -> str:
    """Write a value as output: nil as nothing, arrays without separators, everything else as String() does."""
    value = plain(value)
    if isinstance(value, list):
        return "".join(map(written, value))
    return "" if is_nullish(value) else text(value)


def amount(value: Any) -> float:
    """Read a value as arithmetic does: what is no number counts as 0."""
    converted = number(value)
    return 0.0 if math.isnan(converted) else converted


def count(value: Any) -> int:
    """Read a value as a number of units or elements."""
    return int(max(-SAFE_INTEGER, min(amount(value), SAFE_INTEGER)))


def added(left: Any, right: Any) -> Any:
    """Add as `+` does: texts, arrays and objects are joined, all else is added as numbers."""
    if isinstance(left, (str, list, dict)) or isinstance(right, (str, list, dict)):
        return text(left) + text(right)
    return number(left) + number(right)


def items(value: Any) -> list[Any]:
    """Read a value as an array: nil is empty, and what is no array is an array of one."""
    value = plain(value)
    if isinstance(value, list):
        return value
    return [] if is_nullish(value) else [value]


def own(value: Any, key: Any) -> Any:
    """Read a property as Liquid's paths do, which know `size`, `first` and `last` too; nil has nil for all of them."""
    if is_nullish(value):
        return value
    if isinstance(value, list) and is_number(key):
        return value[int(key)] if key in range(-len(value), len(value)) else UNDEFINED
    found = value.get(text(key), UNDEFINED) if isinstance(value, dict) else member(value, text(key))
    if found is not UNDEFINED:
        return found
    if key == "size" and isinstance(value, (dict, list, str)):
        return utf16_length(value) if isinstance(value, str) else len(value)
    if key in ("first", "last") and isinstance(value, list) and value:
        return value[0 if key == "first" else -1]
    return UNDEFINED


def looked_up(context: RenderContext, root: Callable[[RenderContext], Any] | None, keys: list[Any]) -> Any:
    """Follow keys from a value, or from what the first of them names: a variable, a counter, the payload's member."""
    if root is not None:
        value = root(context)
    else:
        scopes = (context.locals, context.counters, context.globals)
        value = next((scope for scope in scopes if text(keys[0]) in scope), {})
    for key in keys:
        value = own(value, plain(key))
    return value


def interval(low: Any, high: Any) -> list[float]:
    """List the numbers from one to another, as `(1..3)`."""
    first, size = number(plain(low)), number(plain(high)) - number(plain(low)) + 1
    return [first + index for index in range(allocated(size))]


def allocated(size: float) -> int:
    """Round a size up to a whole one; raise FilterArgumentError if Segment's limit forbids to take so much memory."""
    if size > _MEMORY:
        raise FilterArgumentError("memory alloc limit exceeded", token=None)
    return math.ceil(size) if size > 0 else 0
