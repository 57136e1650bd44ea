"""`@path`: a value looked up in the payload, the way JavaScript would look it up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.utf16 import utf16_length, utf16_units
from pendo_destination.javascript.values import INHERITED, UNDEFINED, truthy
from pendo_destination.mapping.directive import of_string

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import Resolver

_SEPARATOR: Final = re.compile(r"""\[(?=["'0-9])|\.|(?<=["'0-9])\]+""")
_QUOTES: Final = str.maketrans("", "", "'\"")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,15}")


def keys_of(path: str) -> tuple[str, ...]:
    """Split a path into keys: `a.b`, `a['b']` and `a["b"]` are two; empty pieces vanish, `''` is the empty key."""
    return tuple(piece.translate(_QUOTES) for piece in _SEPARATOR.split(path) if piece)


def reader(keys: tuple[str, ...]) -> Resolver:
    """Compile a lookup; the short ways through objects are for one key and two, which is nearly all there is."""
    match keys:
        case ():
            return lambda payload: payload
        case _ if not is_plain(keys):
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


def is_plain(keys: tuple[str, ...]) -> bool:
    """Tell whether an object has these keys only if they are its own."""
    return INHERITED.isdisjoint(keys)


def lookup(payload: Any, keys: tuple[str, ...]) -> Any:
    """Follow keys from a payload; a falsy value on the way (null, 0, "", undefined) is the answer itself."""
    value = payload
    for key in keys:
        if isinstance(value, dict):
            own = value.get(key, UNDEFINED)
        elif truthy(value):
            own = member(value, key)
        else:
            break
        value = inherited if own is UNDEFINED and key in INHERITED else own
    return value


def member(value: Any, key: str) -> Any:
    """Read a property of a string or an array: its length, or the UTF-16 unit or element at an index."""
    if not isinstance(value, (str, list)):
        return UNDEFINED
    if key == "length":
        return utf16_length(value) if isinstance(value, str) else len(value)
    items = utf16_units(value) if isinstance(value, str) else value
    return items[int(key)] if _INDEX.fullmatch(key) and int(key) < len(items) else UNDEFINED


def inherited() -> None:
    """Stand for what a JavaScript object inherits, such as toString: something that is there, and is a function."""


def payload_keys(path: str) -> tuple[str, ...]:
    """Split a path as `@path` and `@arrayPath` spell it: the first `$.` in it, wherever it stands, is dropped."""
    return keys_of(path.replace("$.", "", 1))


def payload_reader(path: str) -> Resolver:
    """Compile a path as `@path` and `@arrayPath` spell it."""
    return reader(payload_keys(path))


compile_path: Final = of_string("@path", payload_reader)
