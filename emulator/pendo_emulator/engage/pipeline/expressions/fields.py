"""Reads fields of rows by their paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.expressions.error import ExpressionError

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.expressions.operand import Evaluate, Row

MAX_PARTS: Final = 64

_PART: Final = re.compile(r'"(?P<quoted>[^"]*)"(?=\.|\Z)|(?P<plain>[^."]+)')


def field_path(text: str) -> Evaluate:
    """Return a function that reads the field at a path such as `a.b.c`: null if a part is missing (documented).

    Raises ExpressionError for an empty part.
    """
    return path_reader(split_path(text))


def split_path(text: str) -> tuple[str, ...]:
    """Split a path at its dots; a part in double quotes may contain dots (assumed). Raise ExpressionError."""
    parts: list[str] = []
    position = 0
    while True:
        found = _PART.match(text, position)
        if found is None:
            raise ExpressionError("write the name of a field, with a dot between two names", position + 1)
        parts.append(found["plain"] if found["quoted"] is None else found["quoted"])
        if len(parts) > MAX_PARTS:
            raise ExpressionError(f"use at most {MAX_PARTS} names in a path", position + 1)
        position = found.end()
        if position == len(text):
            return tuple(parts)
        if text[position] != ".":
            raise ExpressionError("write a dot between two names", position + 1)
        position += 1


def path_reader(path: tuple[str, ...]) -> Evaluate:
    """Return a function that reads the field at a path of one or more names."""
    if len(path) == 1:
        (key,) = path
        return lambda row: row.get(key)
    if len(path) == 2:
        return _two_names(*path)
    if len(path) == 3:
        return _three_names(*path)
    return _many_names(path)


def member(owner: Any, name: str) -> Any:
    """Return a member of an object; None for a missing member and for other values."""
    return owner.get(name) if isinstance(owner, dict) else None


def _two_names(first: str, second: str) -> Evaluate:
    def read(row: Row) -> Any:
        owner = row.get(first)
        return owner.get(second) if isinstance(owner, dict) else None

    return read


def _three_names(first: str, second: str, third: str) -> Evaluate:
    def read(row: Row) -> Any:
        owner = row.get(first)
        if not isinstance(owner, dict):
            return None
        owner = owner.get(second)
        return owner.get(third) if isinstance(owner, dict) else None

    return read


def _many_names(path: tuple[str, ...]) -> Evaluate:
    first, rest = path[0], path[1:]

    def read(row: Row) -> Any:
        value = row.get(first)
        for name in rest:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    return read
