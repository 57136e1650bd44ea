"""Compiles the access to elements and parts of lists, and to members of objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_emulator.engage.pipeline.expressions.fields import member
from pendo_emulator.engage.pipeline.expressions.values import whole_number

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.expressions.operand import Evaluate, Row


def read_member(owner: Evaluate, name: str) -> Evaluate:
    """Return a function that reads a member of an object; null for a missing one."""
    return lambda row: member(owner(row), name)


def read_element(owner: Evaluate, index: Evaluate) -> Evaluate:
    """Return a function that reads an element of a list, or the member of an object that a string names."""
    return lambda row: element(owner(row), index(row))


def element(owner: Any, index: Any) -> Any:
    """Return the element of a list at an index, negative from the end; None if there is none.

    A string as index gives the member of an object (assumed).
    """
    if owner.__class__ is not list:
        return member(owner, index) if index.__class__ is str else None
    position = whole_number(index)
    return owner[position] if position is not None and -len(owner) <= position < len(owner) else None


def read_slice(owner: Evaluate, start: Evaluate | None, end: Evaluate | None) -> Evaluate:
    """Return a function that reads the part of a list from `start` to before `end`, negative from the end.

    Other values, and bounds that are not whole numbers, give null. A bound outside the list is moved to its end
    (assumed).
    """

    def read(row: Row) -> Any:
        items = owner(row)
        if items.__class__ is not list:
            return None
        first = whole_number(start(row)) if start else 0
        last = whole_number(end(row)) if end else len(items)
        return None if first is None or last is None else items[first:last]

    return read
