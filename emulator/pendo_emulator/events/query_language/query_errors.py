"""The error of the query language, and the checks of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.common.safe_text import visible
from pendo_emulator.events.query_language.query_fields import FIELDS, NUMBER_FIELDS, TIME_FIELDS
from pendo_emulator.events.query_language.query_times import read_time

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 40


class QueryError(ValueError):
    """A text that is not a query; `column` is the place of the error, counted from 1."""

    def __init__(self, problem: str, column: int) -> None:
        super().__init__(f"column {column} of the query: {problem}")
        self.problem, self.column = problem, column


def unknown_field(name: str, column: int) -> QueryError:
    """Return the error for a field that does not exist; it suggests the nearest field."""
    near = nearest(name, FIELDS)
    hint = f"did you mean {near!r}? Or" if near else f"the fields are {', '.join(FIELDS)};"
    return QueryError(f"unknown field {visible(name, _SHOWN)!r}: {hint} quote it to search for a text", column)


def check_value(field: str, parts: Sequence[str], column: int) -> None:
    """Raise QueryError for a value that no event can have; `parts` are the texts between its wildcards."""
    value = "*".join(parts)
    shown = repr(visible(value, _SHOWN))
    if field in TIME_FIELDS and (len(parts) > 1 or read_time(value, 0) is None):
        raise QueryError(
            f"{field}: needs an age such as 30s, 5m, 2h or 7d, or a time such as 2026-01-31T12:00, not {shown}", column
        )
    if len(parts) > 1:
        return
    if field in NUMBER_FIELDS and not (value.isascii() and value.isdecimal() and len(value) <= 15):
        raise QueryError(f"{field}: needs a number, not {shown}", column)
    if (values := FIELDS[field].values) and value not in values:
        near = nearest(value, values)
        hint = f"did you mean {near!r}?" if near else f"it is one of {', '.join(values)}"
        raise QueryError(f"{field}: has no value {shown}: {hint}", column)
