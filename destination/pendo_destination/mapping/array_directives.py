"""`@arrayPath`, `@flatten` and `@merge`: directives that rebuild arrays and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_destination.javascript.json import in_key_order
from pendo_destination.javascript.utf16 import utf16_units
from pendo_destination.javascript.values import PROTOTYPE, UNDEFINED, truthy
from pendo_destination.mapping.directive import directive_error, fail_with, type_name
from pendo_destination.mapping.path_directive import compile_payload_reader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_destination.mapping.directive import CompilePart, Resolver


def compile_array_path(options: Any, compile_part: CompilePart) -> Resolver:
    """Compile `@arrayPath`: resolve a shape with each element of an array, or with a single object, as its payload."""
    if not isinstance(options, list):
        return fail_with(f"@arrayPath expected array, got {type_name(options)}")
    path, shape = (*options, UNDEFINED, UNDEFINED)[:2]
    resolve_root = compile_payload_reader(path) if isinstance(path, str) else compile_part(path)
    if not (isinstance(shape, dict) and shape):
        return resolve_root
    resolve_shape = compile_part(shape)

    def resolve(payload: Any) -> Any:
        root = resolve_root(payload)
        if isinstance(root, dict):
            return [resolve_shape(root)]
        return [resolve_shape(item) for item in root] if isinstance(root, list) else root

    return resolve


def compile_flatten(options: Any, compile_part: CompilePart) -> Resolver:
    """Compile `@flatten`: nested members become `a.b` members; empty objects and arrays disappear."""
    if not isinstance(options, dict):
        return fail_with('@flatten requires an object with a "separator" key')
    if not truthy(options.get("separator")):
        return fail_with('@flatten requires a "separator" key')
    resolve_separator = compile_part(options["separator"])
    resolve_value = compile_part(options.get("value", UNDEFINED))
    nested_types = (dict,) if truthy(options.get("omitArrays")) else (dict, list)

    def resolve(payload: Any) -> dict[str, Any]:
        separator = resolve_separator(payload)
        if not isinstance(separator, str):
            raise directive_error("@flatten requires a string separator")
        return dict(_flatten(resolve_value(payload), "", separator, nested_types))

    return resolve


def _flatten(value: Any, prefix: str, separator: str, nested_types: tuple[type, ...]) -> Iterable[tuple[str, Any]]:
    if not isinstance(value, nested_types):
        yield prefix, value
        return
    for key, member in _members(value):
        yield from _flatten(member, f"{prefix}{separator}{key}" if prefix else key, separator, nested_types)


def _members(value: Any) -> Iterable[tuple[str, Any]]:
    """Return a value's members as JavaScript lists them; arrays have elements and strings UTF-16 units by index."""
    match value:
        case dict():
            return in_key_order(value)
        case list() | str():
            items = utf16_units(value) if isinstance(value, str) else value
            return ((str(index), item) for index, item in enumerate(items))
        case _:
            return ()


def compile_merge(options: Any, compile_part: CompilePart) -> Resolver:
    """Compile `@merge`: with direction `left` the first object's members win, else the last's, even if undefined."""
    if not isinstance(options, dict):
        return fail_with('@merge requires an object with an "objects" key and a "direction" key')
    if not truthy(options.get("direction")):
        return fail_with('@merge requires a "direction" key')
    resolve_direction = compile_part(options["direction"])
    resolve_objects = _compile_objects(options.get("objects"), compile_part)

    def resolve(payload: Any) -> dict[str, Any]:
        first_wins = resolve_direction(payload) == "left"
        objects = resolve_objects(payload)
        merged: dict[str, Any] = {}
        for value in reversed(objects) if first_wins else objects:
            merged.update(_members(value))
        merged.pop(PROTOTYPE, None)
        return merged

    return resolve


def _compile_objects(objects: Any, compile_part: CompilePart) -> Resolver:
    if isinstance(objects, list):
        return compile_part(objects)
    if not truthy(objects):
        return fail_with('@merge requires a "objects" key')
    return fail_with(f"@merge: expected opts.array, got {type_name(objects)}")
