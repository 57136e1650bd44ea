"""What every directive is made of: a resolver, the way to compile its parts, and how it fails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn, TypeAlias

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import Undefined

Resolver: TypeAlias = Callable[[Any], Any]
Compile: TypeAlias = Callable[[Any], Resolver]
Directive: TypeAlias = Callable[[Any, Compile], Resolver]


def directive_error(message: str, name: str = "Error") -> ConfigurationError:
    """Return the error for a mapping that cannot be resolved; `name` is the name of Segment's error."""
    return ConfigurationError(message, kind="directive", segment_name=name)


def kind(value: Any) -> str:
    """Name a value's type as Segment's messages do: null and array are types of their own."""
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


def constant(value: Any) -> Resolver:
    """Resolve to the same value for every payload."""
    return lambda _payload: value


def failing(message: str, name: str = "Error") -> Resolver:
    """Fail for every payload, but only once asked: an untaken branch may hold nonsense."""

    def fail(_payload: Any) -> NoReturn:
        raise directive_error(message, name)

    return fail


def of_string(name: str, build: Callable[[str], Resolver]) -> Directive:
    """Make a directive whose value is a string or anything that resolves to one."""
    built = lru_cache(maxsize=1024)(build)

    def compile_string(value: Any, compiled: Compile) -> Resolver:
        if isinstance(value, str):
            return build(value)
        resolve = compiled(value)

        def resolve_string(payload: Any) -> Any:
            string = resolve(payload)
            if not isinstance(string, str):
                raise directive_error(f"{name}: expected string, got {kind(string)}")
            return built(string)(payload)

        return resolve_string

    return compile_string
