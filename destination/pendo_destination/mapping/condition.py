"""`@if` and `@excludeWhenNull`: values that depend on whether there is anything there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_destination.javascript.values import UNDEFINED, is_nullish, text, truthy
from pendo_destination.mapping.directive import failing

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import Compile, Resolver


def compile_if(options: Any, compiled: Compile) -> Resolver:
    """Compile `@if`: `exists` decides when it is there at all, else `blank`, which holds for what is NOT blank."""
    if not isinstance(options, dict):
        return failing('@if requires an object with an "exists" key')
    if not truthy(options.get("exists")) and not truthy(options.get("blank")):
        return failing('@if requires an "exists" key or a "blank" key')
    then = compiled(options.get("then", UNDEFINED))
    otherwise = compiled(options["else"] if truthy(options.get("else")) else UNDEFINED)
    if options.get("exists", UNDEFINED) is UNDEFINED:
        blank = compiled(options["blank"])
        return lambda payload: then(payload) if filled(blank(payload)) else otherwise(payload)
    exists = compiled(options["exists"])

    def resolve(payload: Any) -> Any:
        value = exists(payload)
        return otherwise(payload) if value is None or value is UNDEFINED else then(payload)

    return resolve


def filled(value: Any) -> bool:
    """Tell whether a value is not blank: JavaScript's `value != ""`, for which 0, false, [] and [null] are blank."""
    match value:
        case bool() | int() | float():
            return value != 0
        case str() | list():
            return text(value) != ""
        case _:
            return not is_nullish(value)


def compile_exclude_when_null(value: Any, compiled: Compile) -> Resolver:
    """Compile `@excludeWhenNull`: null becomes undefined, in plain objects at any depth but not inside arrays."""
    resolve = compiled(value)
    return lambda payload: _without_null(resolve(payload))


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_null(member) for key, member in value.items()}
    return UNDEFINED if value is None else value
