"""Liquid's array filters; filters that accept strings use the UTF-16 units as elements."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.utf16 import utf16_text, utf16_units
from pendo_destination.javascript.values import UNDEFINED, is_nullish, is_number, number, text, truthy
from pendo_destination.mapping.liquid.operator import equals, is_true
from pendo_destination.mapping.liquid.value import (
    add,
    check_size,
    get_property,
    render_value,
    to_array,
    to_integer,
    to_number,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def element(value: Any, index: int) -> Any:
    """Return the first or last element of an array or unit of a string; "" for any other value."""
    if isinstance(value, list):
        return value[index] if value else UNDEFINED
    return utf16_units(value)[index] if isinstance(value, str) and value else ""


def join(value: Any, separator: Any = " ") -> str:
    """Join as Array.prototype.join does: nil as "", nested arrays with commas."""
    separator_text = " " if separator is None else render_value(separator)
    return separator_text.join("" if is_nullish(item) else text(item) for item in to_array(value))


def slice_(value: Any, start: Any = UNDEFINED, length: Any = 1) -> Any:
    """Return `length` elements or units, beginning at `start`; a negative start counts from the end."""
    if is_nullish(value):
        return []
    source = value if isinstance(value, list) else utf16_units(render_value(value))
    first = add(len(source), start) if number(start) < 0 else start
    if number(first) < 0 or not check_size(number(length)):
        return source[:0]
    part = source[to_integer(first) : to_integer(add(first, length))]
    return utf16_text(part) if isinstance(part, str) else part


def sample(value: Any, size: Any = 1) -> Any:
    """Return one random element or character, or an array of several."""
    source = value if isinstance(value, list) else render_value(value)
    shuffled = random.sample(source, len(source))
    if is_number(size) and size == 1:
        return shuffled[0] if shuffled else UNDEFINED
    return shuffled[: to_integer(size)]


def sum_(value: Any, path: Any = None) -> float:
    """Sum the elements, or a property of each; values that are not numbers count as 0."""
    return sum(to_number(_property(item, path) if truthy(path) else item) for item in to_array(value))


def where(value: Any, path: Any = "", expected: Any = UNDEFINED) -> list[Any]:
    """Keep the elements whose property equals `expected`; if that is not given, is neither nil nor false."""
    matches = is_true if expected is UNDEFINED else partial(equals, right=expected)
    return [item for item in to_array(value) if matches(_property(item, path))]


def _property(item: Any, path: Any) -> Any:
    for key in render_value(path).split("."):
        item = get_property(item, key)
    return item


ARRAY_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "compact": lambda value: [item for item in to_array(value) if not is_nullish(item)],
    "first": lambda value: element(value, 0),
    "join": join,
    "last": lambda value: element(value, -1),
    "pop": lambda value: to_array(value)[:-1],
    "sample": sample,
    "shift": lambda value: to_array(value)[1:],
    "size": lambda value: get_property(value, "length") or 0,
    "slice": slice_,
}
KEYWORD_ARRAY_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "push": lambda value, other=UNDEFINED: [*to_array(value), other],
    "sum": sum_,
    "unshift": lambda value, other=UNDEFINED: [other, *to_array(value)],
    "where": where,
}
