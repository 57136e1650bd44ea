"""Comparable and hashable forms of JSON values: the order of sort, min and max, and the keys of group and join."""

from __future__ import annotations

from math import inf
from types import NoneType
from typing import Any, Final

NUMBER_TYPES: Final = frozenset({int, float})
_HASHABLE_TYPES: Final = frozenset({str, int, float, NoneType})
_MAYBE_NUMBERS: Final = frozenset({int, float, NoneType})
_TEXT_TYPES: Final = frozenset({str})


def types_of(values: list[Any]) -> set[type]:
    """Return the types of the values of a column."""
    return set(map(type, values))


def is_number(value: Any) -> bool:
    """Return whether a value is a number; booleans are not."""
    return type(value) in NUMBER_TYPES


def sort_keys(values: list[Any]) -> list[Any]:
    """Return comparable keys for a column: nulls first, then false, true, numbers, strings, lists, objects (assumed).

    Strings are in the order of their code points (assumed).
    """
    types = types_of(values)
    if types <= _TEXT_TYPES or types <= {int}:
        return values
    if types <= _MAYBE_NUMBERS:
        # A value that is not equal to itself is not a number.
        return [-inf if value is None or value != value else value for value in values]  # noqa: PLR0124
    return list(map(sort_key, values))


def sort_key(value: Any) -> tuple[Any, ...]:
    """Return a key that orders any two JSON values as `sort_keys` does."""
    match value:
        case None:
            return (0,)
        case bool():
            return (1, value)
        case int() | float():
            return (2, value) if value == value else (0,)  # noqa: PLR0124
        case str():
            return (3, value)
        case list() | tuple():
            return (4, tuple(map(sort_key, value)))
        case _:
            return (5, tuple(sorted((name, sort_key(member)) for name, member in value.items())))


def hash_keys(values: list[Any]) -> list[Any]:
    """Return hashable keys for a column, so that equal JSON values have equal keys.

    Null, strings and numbers are their own keys; true is not equal to 1.
    """
    if types_of(values) <= _HASHABLE_TYPES:
        return values
    return list(map(hash_key, values))


def hash_key(value: Any) -> Any:
    """Return the hashable key of any JSON value."""
    match value:
        case bool():
            return (bool, value)
        case list() | tuple():
            return (list, *map(hash_key, value))
        case dict():
            return (dict, frozenset((name, hash_key(member)) for name, member in value.items()))
        case _:
            return value


def node_count(value: Any, limit: int) -> int:
    """Count the values inside a value, itself included; stop when the count is above the limit."""
    count, waiting = 1, [value]
    while waiting and count <= limit:
        inner = waiting.pop()
        if isinstance(inner, dict):
            members = list(inner.values())
            count += len(inner)
        elif isinstance(inner, (list, tuple)):
            members = inner if isinstance(inner, list) else list(inner)
            count += len(inner)
        else:
            continue
        waiting.extend(member for member in members if isinstance(member, (dict, list, tuple)))
    return count
