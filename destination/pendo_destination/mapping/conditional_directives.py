"""`@if` and `@excludeWhenNull`: directives that depend on whether a value is present."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_destination.javascript.values import PROTOTYPE, UNDEFINED, is_nullish, text, truthy
from pendo_destination.mapping.directive import check_primitive, fail_with

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import CompilePart, Resolver


def compile_if(options: Any, compile_part: CompilePart) -> Resolver:
    """Compile `@if`: `then` applies if `exists` is neither null nor undefined, or if `blank` is NOT blank (observed).

    `blank` is used only if the key `exists` is missing.
    """
    if not isinstance(options, dict):
        return fail_with('@if requires an object with an "exists" key')
    if not truthy(options.get("exists")) and not truthy(options.get("blank")):
        return fail_with('@if requires an "exists" key or a "blank" key')
    resolve_then = compile_part(options.get("then", UNDEFINED))
    resolve_else = compile_part(options["else"] if truthy(options.get("else")) else UNDEFINED)
    if options.get("exists", UNDEFINED) is UNDEFINED:
        resolve_blank = compile_part(options["blank"])
        return lambda payload: resolve_then(payload) if is_filled(resolve_blank(payload)) else resolve_else(payload)
    resolve_exists = compile_part(options["exists"])

    def resolve(payload: Any) -> Any:
        value = resolve_exists(payload)
        return resolve_else(payload) if value is None or value is UNDEFINED else resolve_then(payload)

    return resolve


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
