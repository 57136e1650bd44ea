"""`@path`: looks up a value in the payload like JavaScript."""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.utf16 import utf16_length, utf16_units
from pendo_destination.javascript.values import INHERITED, PROTOTYPE, UNDEFINED, NativeFunction, truthy
from pendo_destination.mapping.directive import string_directive

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import Resolver
    from pendo_destination.mapping.function_source import FunctionSource

_SEPARATOR: Final = re.compile(r"""\[(?=["'0-9])|\.|(?<=["'0-9])\]+""")
_QUOTES: Final = str.maketrans("", "", "'\"")
# The constructor of each type, and the printed form of its prototype.
_TYPES: Final[dict[type, tuple[str, Any]]] = {
    str: ("String", ""),
    list: ("Array", []),
    bool: ("Boolean", False),
    int: ("Number", 0),
    float: ("Number", 0),
    NativeFunction: ("Function", NativeFunction("")),
}
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_LENGTH: Final = "length"


def split_path(path: str) -> tuple[str, ...]:
    """Split a path into keys: `a.b`, `a['b']` and `a["b"]` have two; empty parts are dropped, `''` is the empty key."""
    return tuple(part.translate(_QUOTES) for part in _SEPARATOR.split(path) if part)


def compile_reader(keys: tuple[str, ...]) -> Resolver:
    """Compile a lookup; paths of one or two keys, the usual ones, have a fast version for objects."""
    match keys:
        case ():
            return lambda payload: payload
        case _ if not none_inherited(keys):
            return lambda payload: lookup(payload, keys)
        case (key,):
            return lambda payload: payload.get(key, UNDEFINED) if type(payload) is dict else lookup(payload, keys)
        case (first, second):

            def read(payload: Any) -> Any:
                outer = payload.get(first) if type(payload) is dict else None
                return outer.get(second, UNDEFINED) if type(outer) is dict else lookup(payload, keys)

            return read
        case _:
            return lambda payload: lookup(payload, keys)


def none_inherited(keys: tuple[str, ...]) -> bool:
    """Return whether no key is a member that every JavaScript object inherits."""
    return INHERITED.isdisjoint(keys)


def path_expression(source: FunctionSource, keys: tuple[str, ...], *, is_object: bool) -> str:
    """Return the expression of a lookup in the parameter of a generated function.

    The expression reads plain objects by itself and leaves every other value to `lookup`. With `is_object` the
    parameter is known to be an object.
    """
    if not keys:
        return source.whole_parameter()
    if not none_inherited(keys):
        return f"lookup({source.whole_parameter()}, {keys!r})"
    payload = source.parameter_for(keys)
    tests, outer = [] if is_object else [f"type({payload}) is dict"], payload
    for key in keys[:-1]:
        inner = source.new_name("part")
        tests.append(f"type({inner} := {outer}.get({key!r})) is dict")
        outer = inner
    value = f"{outer}.get({keys[-1]!r}, UNDEFINED)"
    return f"{value} if {' and '.join(tests)} else lookup({payload}, {keys!r})" if tests else value


def lookup(payload: Any, keys: tuple[str, ...]) -> Any:
    """Follow keys from a payload; stop at a falsy value (null, 0, "", undefined) and return it."""
    value = payload
    for key in keys:
        if isinstance(value, dict):
            own = value.get(key, UNDEFINED)
        elif truthy(value):
            own = get_member(value, key)
        else:
            break
        value = _inherited_member(value, key) if own is UNDEFINED and key in INHERITED else own
    return value


def get_member(value: Any, key: str) -> Any:
    """Return a property of a string or an array: its length, or the UTF-16 unit or element at an index.

    A function has its name.
    """
    if isinstance(value, NativeFunction) and key == "name":
        return value.name
    if not isinstance(value, (str, list)):
        return UNDEFINED
    if key == _LENGTH:
        return utf16_length(value) if isinstance(value, str) else len(value)
    items = utf16_units(value) if isinstance(value, str) else value
    return items[int(key)] if _INDEX.fullmatch(key) and int(key) < len(items) else UNDEFINED


def can_be_read_of_arrays(key: str) -> bool:
    """Return whether strings and arrays can have a member of this name: an index or their length."""
    return key == _LENGTH or bool(_INDEX.fullmatch(key))


def _inherited_member(value: Any, key: str) -> Any:
    """Return a member that a value inherits: its type's prototype, its constructor, or a function like toString."""
    name, prototype = _TYPES.get(type(value), ("Object", {}))
    if key == PROTOTYPE:
        return copy(prototype)
    return NativeFunction(name if key == "constructor" else key)


def split_payload_path(path: str) -> tuple[str, ...]:
    """Split the path of a `@path` or `@arrayPath`: the first `$.` is dropped, at any position."""
    return split_path(path.replace("$.", "", 1))


def compile_payload_reader(path: str) -> Resolver:
    """Compile the path of a `@path` or `@arrayPath`."""
    return compile_reader(split_payload_path(path))


compile_path: Final = string_directive("@path", compile_payload_reader)
