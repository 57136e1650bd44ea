"""Liquid's array filters; where a filter takes strings too, their elements are UTF-16 units."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.utf16 import utf16_text, utf16_units
from pendo_destination.javascript.values import UNDEFINED, is_nullish, is_number, number, text, truthy
from pendo_destination.mapping.liquid.operator import equal, holds
from pendo_destination.mapping.liquid.value import added, allocated, amount, count, items, own, written

if TYPE_CHECKING:
    from collections.abc import Callable


def element(value: Any, index: int) -> Any:
    """Take the first or last element of an array or unit of a string; of anything else nothing."""
    if isinstance(value, list):
        return value[index] if value else UNDEFINED
    return utf16_units(value)[index] if isinstance(value, str) and value else ""


def joined(value: Any, separator: Any = " ") -> str:
    """Join as Array.prototype.join does: nil as nothing, nested arrays with commas."""
    between = " " if separator is None else written(separator)
    return between.join("" if is_nullish(item) else text(item) for item in items(value))


def sliced(value: Any, begin: Any = UNDEFINED, length: Any = 1) -> Any:
    """Take so many elements or units from a place on, counted from the end where it is negative."""
    if is_nullish(value):
        return []
    source = value if isinstance(value, list) else utf16_units(written(value))
    start = added(len(source), begin) if number(begin) < 0 else begin
    if number(start) < 0 or not allocated(number(length)):
        return source[:0]
    part = source[count(start) : count(added(start, length))]
    return utf16_text(part) if isinstance(part, str) else part


def sample(value: Any, size: Any = 1) -> Any:
    """Draw one element or character by chance, or an array of several."""
    source = value if isinstance(value, list) else written(value)
    drawn = random.sample(source, len(source))
    if is_number(size) and size == 1:
        return drawn[0] if drawn else UNDEFINED
    return drawn[: count(size)]


def total(value: Any, path: Any = None) -> float:
    """Sum the elements, or a property of theirs; what is no number counts as 0."""
    return sum(amount(_property(item, path) if truthy(path) else item) for item in items(value))


def where(value: Any, path: Any = "", wanted: Any = UNDEFINED) -> list[Any]:
    """Keep the elements whose property equals the wanted value, or without one is neither nil nor false."""
    fits = holds if wanted is UNDEFINED else partial(equal, right=wanted)
    return [item for item in items(value) if fits(_property(item, path))]


def _property(item: Any, path: Any) -> Any:
    for key in written(path).split("."):
        item = own(item, key)
    return item


ARRAY_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "compact": lambda value: [item for item in items(value) if not is_nullish(item)],
    "first": lambda value: element(value, 0),
    "join": joined,
    "last": lambda value: element(value, -1),
    "pop": lambda value: items(value)[:-1],
    "sample": sample,
    "shift": lambda value: items(value)[1:],
    "size": lambda value: own(value, "length") or 0,
    "slice": sliced,
}
WORD_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "push": lambda value, other=UNDEFINED: [*items(value), other],
    "sum": total,
    "unshift": lambda value, other=UNDEFINED: [other, *items(value)],
    "where": where,
}
