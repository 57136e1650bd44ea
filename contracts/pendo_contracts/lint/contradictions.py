"""Finds contradictions: constraints on one value that no value can keep together.

Each result is certain: the analysis considers only constraints whose meaning it covers completely.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.lint.schema_documents import Node, conjunction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_DEPTH: Final = 12

# `fraction` is a number that is not an integer.
_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "null": frozenset({"null"}),
    "boolean": frozenset({"boolean"}),
    "integer": frozenset({"integer"}),
    "number": frozenset({"integer", "fraction"}),
    "string": frozenset({"string"}),
    "array": frozenset({"array"}),
    "object": frozenset({"object"}),
}
_ALL: Final = frozenset().union(*_TYPES.values())
_BOUNDS: Final = (
    ("minLength", "maxLength", "string", "text"),
    ("minItems", "maxItems", "array", "array"),
    ("minProperties", "maxProperties", "object", "object"),
)
# Assertions that need no other schema: they judge the values of an enum.
_ASSERTIONS: Final = frozenset(
    {
        "type", "const", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
        "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
        "required",
    }
)  # fmt: skip


class Contradiction(NamedTuple):
    """Constraints that exclude each other: the node and keyword to change, the types that they exclude, and texts."""

    node: Node
    keyword: str
    types: frozenset[str]
    message: str
    fix: str


def never_matches(nodes: Sequence[Node], depth: int = 0) -> bool:
    """Return whether no value keeps all the schemas; false if that is not certain."""
    possible = _ALL
    for node in nodes:
        if node.schema is False:
            return True
        if isinstance(node.schema, dict):
            possible &= _types(node.schema)
    for contradiction in contradictions(nodes, depth):
        possible -= contradiction.types
    return not possible


def contradictions(nodes: Sequence[Node], depth: int = 0) -> Iterator[Contradiction]:
    """Yield the contradictions between schemas that apply to the same value; nothing below MAX_DEPTH levels."""
    nodes = [node for node in nodes if isinstance(node.schema, dict)]
    if not nodes or depth > MAX_DEPTH:
        return
    yield from _type_contradictions(nodes)
    yield from _number_contradictions(nodes)
    for lower, upper, kind, noun in _BOUNDS:
        low, high = _strictest(nodes, lower, max), _strictest(nodes, upper, min)
        if low and high and low[1] > high[1]:
            message = f"{lower} {low[1]:g} is greater than {upper} {high[1]:g}: no {noun} can match"
            yield Contradiction(low[0], lower, _TYPES[kind], message, f"lower {lower} or raise {upper}")
    yield from _value_contradictions(nodes)
    yield from _object_contradictions(nodes, depth)
    yield from _array_contradictions(nodes, depth)
    for node in nodes:
        if node.schema.get("not") in (True, {}):
            yield Contradiction(
                node, "not", _ALL, "not true: no value can match", "remove `not`, or name what it excludes"
            )


def _types(schema: dict[str, Any]) -> frozenset[str]:
    kinds = schema.get("type")
    names = [kinds] if isinstance(kinds, str) else kinds
    if not isinstance(names, list):
        return _ALL
    return frozenset().union(*(_TYPES.get(name, _ALL) if isinstance(name, str) else _ALL for name in names))


def _type_contradictions(nodes: Sequence[Node]) -> Iterator[Contradiction]:
    possible = _ALL
    for node in nodes:
        possible &= _types(node.schema)
        if not possible:
            message = f"type {shorten(node.schema['type'])} contradicts the types of other schemas of the same value"
            yield Contradiction(node, "type", _ALL, message, "give all of them a common type")
            return


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _strictest(nodes: Sequence[Node], keyword: str, choose: Any) -> tuple[Node, float] | None:
    found = [(node, node.schema[keyword]) for node in nodes if _is_number(node.schema.get(keyword))]
    return choose(found, key=lambda pair: pair[1]) if found else None


def _number_contradictions(nodes: Sequence[Node]) -> Iterator[Contradiction]:
    lows = [
        (pair[1], name == "exclusiveMinimum", pair[0], name)
        for name in ("minimum", "exclusiveMinimum")
        if (pair := _strictest(nodes, name, max))
    ]
    highs = [
        (-pair[1], name == "exclusiveMaximum", pair[0], name)
        for name in ("maximum", "exclusiveMaximum")
        if (pair := _strictest(nodes, name, min))
    ]
    if not lows or not highs:
        return
    low, low_open, node, lower = max(lows, key=lambda bound: bound[:2])
    negative, high_open, _, upper = max(highs, key=lambda bound: bound[:2])
    high = -negative
    fix = f"lower {lower} or raise {upper}"
    if low > high or (low == high and (low_open or high_open)):
        message = f"{lower} {shorten(low)} and {upper} {shorten(high)} exclude every number"
        yield Contradiction(node, lower, _TYPES["number"], message, fix)
        return
    first = math.floor(low) + 1 if low_open else math.ceil(low)
    last = math.ceil(high) - 1 if high_open else math.floor(high)
    if first > last:
        message = f"{lower} {shorten(low)} and {upper} {shorten(high)} exclude every integer"
        yield Contradiction(node, lower, _TYPES["integer"], message, fix)


def _value_contradictions(nodes: Sequence[Node]) -> Iterator[Contradiction]:
    """Yield the enums and constants without a value that keeps the assertions of all schemas."""
    for node in nodes:
        for keyword in ("enum", "const"):
            if keyword not in node.schema:
                continue
            values = node.schema["enum"] if keyword == "enum" else [node.schema["const"]]
            if not isinstance(values, list):
                continue
            if not values:
                yield Contradiction(
                    node, keyword, _ALL, "an empty enum: no value can match", "add values, or remove enum"
                )
            elif not any(keeps_assertions(nodes, value, (node, keyword)) for value in values):
                message = f"{keyword} {shorten(node.schema[keyword])} contradicts the other constraints of the value"
                yield Contradiction(node, keyword, _ALL, message, "correct the values, or the other constraints")


def keeps_assertions(nodes: Sequence[Node], value: Any, without: tuple[Node, str]) -> bool:
    """Return whether a value keeps the assertions of schemas, except one keyword of one of them."""
    import jsonschema_rs  # noqa: PLC0415 - slow to import

    for node in nodes:
        left_out = without[1] if node is without[0] else ""
        assertions = {name: wanted for name, wanted in node.schema.items() if name in _ASSERTIONS and name != left_out}
        try:
            if assertions and not jsonschema_rs.Draft202012Validator(assertions, offline=True).is_valid(value):
                return False
        except (ValueError, UnicodeEncodeError):
            continue  # the assertions themselves are wrong: schema_check reports them
    return True


def _object_contradictions(nodes: Sequence[Node], depth: int) -> Iterator[Contradiction]:
    required = {name: node for node in nodes for name in _names(node.schema)}
    objects = _TYPES["object"]
    most = _strictest(nodes, "maxProperties", min)
    if most and len(required) > most[1]:
        message = f"{len(required)} properties are required, but maxProperties is {most[1]:g}"
        yield Contradiction(most[0], "maxProperties", objects, message, "raise maxProperties, or require fewer")
    for name, node in required.items():
        shown = shorten(name)
        if closed := next((one for one in nodes if _excludes(one.schema, name)), None):
            message = f"{shown} is required, but additionalProperties is false and properties does not name it"
            fix = "add it to properties, or remove it from required"
            yield Contradiction(closed if closed is node else node, "required", objects, message, fix)
        elif never_matches(property_nodes(nodes, name), depth + 1):
            message = f"{shown} is required, but its schema matches no value"
            yield Contradiction(node, "required", objects, message, "correct the schema, or remove it from required")
        elif forbidden := next((one for one in nodes if name in _forbidden(one.schema)), None):
            message = f"{shown} is forbidden by `not`, but it is required"
            yield Contradiction(forbidden, "not", objects, message, "remove it from one of the two")


def _names(schema: dict[str, Any]) -> list[str]:
    names = schema.get("required")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _forbidden(schema: dict[str, Any]) -> list[str]:
    """Return the property that `not: {required: [NAME]}` forbids."""
    excluded = schema.get("not")
    if not isinstance(excluded, dict) or excluded.keys() - {"required", "$comment", "description", "title"}:
        return []
    names = _names(excluded)
    return names if len(names) == 1 else []


def _excludes(schema: dict[str, Any], name: str) -> bool:
    """Return whether a schema has `additionalProperties: false` and does not name a property."""
    if schema.get("additionalProperties") is not False or name in schema.get("properties", {}):
        return False
    patterns = schema.get("patternProperties", {})
    return not any(_may_match(pattern, name) for pattern in patterns)


def _may_match(pattern: str, name: str) -> bool:
    try:
        return bool(re.search(pattern, name))
    except re.error:
        return True  # a form of ECMA-262 that Python does not have


def property_nodes(nodes: Sequence[Node], name: str) -> list[Node]:
    """Return the schemas that apply to a property, with those that they include."""
    named = [node for node in nodes if isinstance(node.schema.get("properties"), dict)]
    return [
        inner
        for node in named
        if name in node.schema["properties"]
        for inner in conjunction(node.below("properties", name))
    ]


def _array_contradictions(nodes: Sequence[Node], depth: int) -> Iterator[Contradiction]:
    least = _strictest(nodes, "minItems", max)
    for node in nodes:
        if node.document.draft_07 or "items" not in node.schema or not least:
            continue
        first = node.schema.get("prefixItems")
        if least[1] > (len(first) if isinstance(first, list) else 0) and never_matches(
            conjunction(node.below("items")), depth + 1
        ):
            message = f"minItems is {least[1]:g}, but the schema of the items matches no value"
            yield Contradiction(least[0], "minItems", _TYPES["array"], message, "correct items, or lower minItems")
