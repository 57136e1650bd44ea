"""`@arrayPath`, `@flatten` and `@merge`: arrays and objects rebuilt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pendo_destination.javascript.json import in_key_order
from pendo_destination.javascript.utf16 import utf16_units
from pendo_destination.javascript.values import UNDEFINED, truthy
from pendo_destination.mapping.directive import directive_error, failing, kind
from pendo_destination.mapping.path import payload_reader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_destination.mapping.directive import Compile, Resolver


def compile_array_path(options: Any, compiled: Compile) -> Resolver:
    """Compile `@arrayPath`: each element of an array (or a lone object) is the payload its shape is resolved with."""
    if not isinstance(options, list):
        return failing(f"@arrayPath expected array, got {kind(options)}")
    path, shape = (*options, UNDEFINED, UNDEFINED)[:2]
    root = payload_reader(path) if isinstance(path, str) else compiled(path)
    if not (isinstance(shape, dict) and shape):
        return root
    shaped = compiled(shape)

    def resolve(payload: Any) -> Any:
        found = root(payload)
        if isinstance(found, dict):
            return [shaped(found)]
        return [shaped(item) for item in found] if isinstance(found, list) else found

    return resolve


def compile_flatten(options: Any, compiled: Compile) -> Resolver:
    """Compile `@flatten`: nested members become `a.b` members; empty objects and arrays disappear."""
    if not isinstance(options, dict):
        return failing('@flatten requires an object with a "separator" key')
    if not truthy(options.get("separator")):
        return failing('@flatten requires a "separator" key')
    separator, subject = compiled(options["separator"]), compiled(options.get("value", UNDEFINED))
    opened = (dict,) if truthy(options.get("omitArrays")) else (dict, list)

    def resolve(payload: Any) -> dict[str, Any]:
        between = separator(payload)
        if not isinstance(between, str):
            raise directive_error("@flatten requires a string separator")
        return dict(_leaves(subject(payload), "", between, opened))

    return resolve


def _leaves(value: Any, prefix: str, separator: str, opened: tuple[type, ...]) -> Iterable[tuple[str, Any]]:
    if not isinstance(value, opened):
        yield prefix, value
        return
    for key, member in _members(value):
        yield from _leaves(member, f"{prefix}{separator}{key}" if prefix else key, separator, opened)


def _members(value: Any) -> Iterable[tuple[str, Any]]:
    """List the members JavaScript sees in a value: those of an object, array elements and UTF-16 units by index."""
    match value:
        case dict():
            return in_key_order(value)
        case list() | str():
            items = utf16_units(value) if isinstance(value, str) else value
            return ((str(index), item) for index, item in enumerate(items))
        case _:
            return ()


def compile_merge(options: Any, compiled: Compile) -> Resolver:
    """Compile `@merge`: with direction `left` the first object wins, else the last; undefined wins as well."""
    if not isinstance(options, dict):
        return failing('@merge requires an object with an "objects" key and a "direction" key')
    if not truthy(options.get("direction")):
        return failing('@merge requires a "direction" key')
    direction, objects = compiled(options["direction"]), _objects(options.get("objects"), compiled)

    def resolve(payload: Any) -> dict[str, Any]:
        first_wins = direction(payload) == "left"
        resolved = objects(payload)
        merged: dict[str, Any] = {}
        for value in reversed(resolved) if first_wins else resolved:
            merged.update(_members(value))
        return merged

    return resolve


def _objects(objects: Any, compiled: Compile) -> Resolver:
    if isinstance(objects, list):
        return compiled(objects)
    if not truthy(objects):
        return failing('@merge requires a "objects" key')
    return failing(f"@merge: expected opts.array, got {kind(objects)}")
