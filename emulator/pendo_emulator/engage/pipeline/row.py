"""Rows, and readers and writers of their fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pendo_emulator.engage.pipeline.expressions.fields import MAX_PARTS

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.document import Part

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = Iterable[Row]
Evaluate: TypeAlias = Callable[[Mapping[str, Any]], Any]
RowFilter: TypeAlias = Callable[[Rows], Rows]
Column: TypeAlias = Callable[[list[Row]], list[Any]]
Write: TypeAlias = Callable[[Row, Any], None]

_PLAIN_FIELD: Final = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*")
_CONSTANTS: Final = frozenset({"true", "false", "null"})


def plain_field(expression: str) -> str | None:
    """Return the field name if an expression is only the name of a top-level field, else None."""
    match = _PLAIN_FIELD.fullmatch(expression)
    return match[1] if match and match[1] not in _CONSTANTS else None


def column_reader(expression: str, evaluate: Evaluate) -> Column:
    """Return a function that evaluates an expression for each row of a list."""
    name = plain_field(expression)
    if name is not None:
        return lambda rows: [row.get(name) for row in rows]
    return lambda rows: [evaluate(row) for row in rows]


def output_path(part: Part, name: str) -> tuple[str, ...]:
    """Return the path of an output field: dots separate the names, which may contain blanks.

    Raises PipelineError for an empty name, and for more names than a path can be read with.
    """
    path = tuple(name.split("."))
    if len(path) > MAX_PARTS:
        raise part.error(f"an output field has at most {MAX_PARTS} names, not {len(path):,}")
    if not all(path):
        raise part.error(f"an output field needs a name before and after each dot: {name!r}")
    return path


def compile_writer(path: tuple[str, ...]) -> Write:
    """Return a function that writes a field of a row and creates missing objects on its path (documented).

    Nested objects are copied before they change, because rows can share them. A value on the path that is not an object
    is replaced (assumed).
    """
    *parents, last = path
    if not parents:

        def write_plain(row: Row, value: Any) -> None:
            row[last] = value

        return write_plain

    def write(row: Row, value: Any) -> None:
        target = row
        for key in parents:
            inner = target.get(key)
            inner = dict(inner) if isinstance(inner, Mapping) else {}
            target[key] = inner
            target = inner
        target[last] = value

    return write
