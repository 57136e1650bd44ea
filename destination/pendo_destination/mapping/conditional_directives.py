"""`@if` and `@excludeWhenNull`: directives that depend on whether a value is present."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_destination.javascript.values import PROTOTYPE, UNDEFINED, is_nullish, text, truthy
from pendo_destination.mapping.directive import check_primitive

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import CompilePart, Resolver


def find_if_problem(options: Any) -> str:
    """Return Segment's message for invalid options of `@if`; return "" if they are valid."""
    if not isinstance(options, dict):
        return '@if requires an object with an "exists" key'
    if not truthy(options.get("exists")) and not truthy(options.get("blank")):
        return '@if requires an "exists" key or a "blank" key'
    return ""


def is_filled(value: Any) -> bool:
    """Return whether a value is not blank: JavaScript's `value != ""`, for which 0, false, [] and [null] are blank."""
    match value:
        case bool() | int() | float():
            return value != 0
        case str() | list():
            check_primitive(value)
            return text(value) != ""
        case _:
            check_primitive(value)
            return not is_nullish(value)


def compile_exclude_when_null(value: Any, compile_part: CompilePart) -> Resolver:
    """Compile `@excludeWhenNull`: null becomes undefined, in objects at any depth but not inside arrays."""
    resolve = compile_part(value)
    return lambda payload: _null_to_undefined(resolve(payload))


def _null_to_undefined(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _null_to_undefined(member) for key, member in value.items() if key != PROTOTYPE}
    return UNDEFINED if value is None else value
