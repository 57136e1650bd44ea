"""Reads from schemas what a type needs: JSON types, choices and bounds of a value, and members that it cannot have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from pendo_contracts.typed_events.schema_nodes import BOUNDS, TYPE, NoTypeError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pendo_contracts.typed_events.schema_nodes import Node

_KINDS: Final = frozenset({"string", "number", "boolean", "null", "object", "array"})
_TEXT_BOUNDS: Final = frozenset({"minLength", "maxLength", "pattern"})
# Python and JavaScript agree on such patterns: characters, classes, repetitions, at most with an anchor at the start.
_PLAIN_PATTERN: Final = re.compile(
    r"\^?(?:\[\^?(?:[^\[\]\\]|\\[tnfr]|\\x[0-9a-f]{2})+\]|[\w -]|\\\.|\{\d+\}|[+*])+", re.ASCII
)


def kinds_of(nodes: Iterable[Node]) -> set[str]:
    """Return the JSON types that a value can have."""
    kinds = set(_KINDS)
    for node in nodes:
        named = node.schema.get(TYPE, ())
        allowed = {named} if isinstance(named, str) else set(named)
        if allowed == {"integer"} and "number" in kinds:
            kinds = (kinds - {"number"}) | {"integer"}
        if "integer" in allowed and allowed != {"integer"}:
            raise NoTypeError(node.place)
        kinds = kinds & (allowed | ({"integer"} if "number" in allowed else set())) if allowed else kinds
    return kinds


def choice_of(nodes: Iterable[Node], kinds: Collection[str]) -> Any:
    """Return the type of a text, or null, that is one of some values."""
    values: list[Any] | None = None
    for node in nodes:
        if any(word in node.schema for word in (*BOUNDS, "not", "properties", "items")):
            raise NoTypeError(node.place)
        if "enum" in node.schema or "const" in node.schema:
            named = node.schema["enum"] if "enum" in node.schema else [node.schema["const"]]
            values = named if values is None else [value for value in values if value in named]
    texts = [
        value
        for value in values or ()
        if (isinstance(value, str) and "string" in kinds) or (value is None and "null" in kinds)
    ]
    if not texts:
        raise NoTypeError
    return Literal[tuple(texts)]


def bounds_of(nodes: Iterable[Node], kind: str) -> dict[str, Any]:
    """Return the bounds of a value of one JSON type, by their names in msgspec; raise NoTypeError if two differ."""
    bounds: dict[str, Any] = {}
    for node in nodes:
        if "not" in node.schema:
            raise NoTypeError(node.place)
        for word, name in BOUNDS.items():
            if word not in node.schema or (word in _TEXT_BOUNDS) != (kind == "string") or kind in {"boolean", "null"}:
                continue
            value = node.schema[word]
            if bounds.setdefault(name, value) != value or (word == "pattern" and not _PLAIN_PATTERN.fullmatch(value)):
                raise NoTypeError(node.place)
    return bounds


def unsupported_members(nodes: Iterable[Node]) -> set[str]:
    """Return the members that no event with a type has: those that need others, and those that are forbidden."""
    unsupported: set[str] = set()
    for node in nodes:
        if not node.schema.keys().isdisjoint({"patternProperties", "propertyNames"}):
            raise NoTypeError(node.place)
        unsupported.update(node.schema.get("dependentRequired", ()))
        if "not" in node.schema:
            match {word: value for word, value in node.schema["not"].items() if word != "$comment"}:
                case {"required": [name], **others} if not others:
                    unsupported.add(name)
                case _:
                    raise NoTypeError(node.place)
    return unsupported
