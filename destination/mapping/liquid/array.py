"""Liquid's array filters; where a filter takes strings too, their elements are UTF-16 units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from destination.javascript import UNDEFINED, is_nullish, text, truthy, utf16_text, utf16_units
from destination.mapping.liquid.value import amount, count, items, own, written

if TYPE_CHECKING:
    from collections.abc import Callable


def element(value: Any, index: int) -> Any:
    """Take the first or last element of an array or unit of a string; of anything else nothing."""
    if not isinstance(value, (str, list)) or not value:
        return ""
    return (utf16_units(value) if isinstance(value, str) else value)[index]


def joined(value: Any, separator: Any = " ") -> str:
    """Join as Array.prototype.join does: nil as nothing, nested arrays with commas."""
    between = " " if separator is None else written(separator)
    return between.join("" if is_nullish(item) else text(item) for item in items(value))


def sliced(value: Any, begin: Any = 0, length: Any = 1) -> Any:
    """Take so many elements or units from a place on, counted from the end where it is negative."""
    if is_nullish(value):
        return []
    source = value if isinstance(value, list) else utf16_units(written(value))
    start, taken = count(begin), count(length)
    start += len(source) if start < 0 else 0
    part = source[start : start + taken] if min(start, taken) >= 0 else source[:0]
    return utf16_text(part) if isinstance(part, str) else part


def total(value: Any, path: Any = None) -> float:
    """Sum the elements, or a property of theirs; what is no number counts as 0."""
    return sum(amount(_property(item, path) if truthy(path) else item) for item in items(value))


def where(value: Any, path: Any = "", wanted: Any = UNDEFINED) -> list[Any]:
    """Keep the elements whose property is the wanted value, or is neither nil nor false."""
    found = [(item, _property(item, path)) for item in items(value)]
    if wanted is UNDEFINED:
        return [item for item, member in found if not is_nullish(member) and member is not False]
    return [item for item, member in found if member == wanted and isinstance(member, bool) == isinstance(wanted, bool)]


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
    "push": lambda value, other=UNDEFINED: [*items(value), other],
    "shift": lambda value: items(value)[1:],
    "size": lambda value: own(value, "length") or 0,
    "slice": sliced,
    "sum": total,
    "unshift": lambda value, other=UNDEFINED: [other, *items(value)],
    "where": where,
}
