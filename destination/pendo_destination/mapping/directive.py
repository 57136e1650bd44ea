"""The parts of every directive: its resolver, the compiler of its nested values, and its error."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn, TypeAlias

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import Undefined

Resolver: TypeAlias = Callable[[Any], Any]
CompilePart: TypeAlias = Callable[[Any], Resolver]
Directive: TypeAlias = Callable[[Any, CompilePart], Resolver]


def directive_error(message: str, name: str = "Error") -> ConfigurationError:
    """Return the error for a mapping that cannot be resolved; `name` is the name of Segment's error."""
    return ConfigurationError(message, kind="directive", segment_name=name)


def check_primitive(value: Any) -> None:
    """Raise ConfigurationError for a value that JavaScript cannot convert to text: an object with a `toString`."""
    if isinstance(value, dict) and "toString" in value:
        raise directive_error("Cannot convert object to primitive value", name="TypeError")
    if isinstance(value, list):
        for item in value:
            check_primitive(item)


def type_name(value: Any) -> str:
    """Return a value's type as Segment's messages name it: null and array are separate types."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
        case dt.datetime():
            return "date"
        case Undefined():
            return "undefined"
        case _:
            return "function"


def resolve_to(value: Any) -> Resolver:
    """Return a resolver with the same value for every payload."""
    return lambda _payload: value


def fail_with(message: str, name: str = "Error") -> Resolver:
    """Return a resolver that raises ConfigurationError: a broken directive fails only if it is resolved."""

    def fail(_payload: Any) -> NoReturn:
        raise directive_error(message, name)

    return fail


def string_directive(name: str, compile_string: Callable[[str], Resolver]) -> Directive:
    """Return a directive whose value is a string, or a directive that resolves to a string."""
    compile_cached = lru_cache(maxsize=1024)(compile_string)

    def compile_directive(value: Any, compile_part: CompilePart) -> Resolver:
        if isinstance(value, str):
            return compile_string(value)
        resolve_string = compile_part(value)

        def resolve(payload: Any) -> Any:
            string = resolve_string(payload)
            if not isinstance(string, str):
                raise directive_error(f"{name}: expected string, got {type_name(string)}")
            return compile_cached(string)(payload)

        return resolve

    return compile_directive
