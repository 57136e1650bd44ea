"""The schemas that apply to one value: those at a place, and those that they lead to."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import jsonschema_rs

from pendo_contracts.contract import BASE, SUFFIX, from_pointer, load_contract, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BOUNDS: Final = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minimum": "ge",
    "maximum": "le",
    "pattern": "pattern",
}
_ANNOTATIONS: Final = {"$schema", "$id", "$defs", "$comment", "title", "description"}
_APPLICATORS: Final = {"$ref", "allOf", "dependentSchemas", "if", "then", "else"}
_ASSERTIONS: Final = {
    "type", "const", "enum", "properties", "required", "additionalProperties", "patternProperties", "propertyNames",
    "items", "dependentRequired", "not", *BOUNDS,
}  # fmt: skip
_KNOWN: Final = _ANNOTATIONS | _APPLICATORS | _ASSERTIONS
TYPE: Final = "type"


class NoTypeError(Exception):
    """A part of a schema that no type can express."""


class Node(NamedTuple):
    """A schema and its place: `FILE#POINTER`."""

    place: str
    schema: dict[str, Any]

    def inside(self, *steps: str) -> str:
        """Return the place of a part of this schema."""
        return self.place + "".join(f"/{escape(step)}" for step in steps)


def escape(step: str) -> str:
    """Escape one step of a JSON Pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def expand(places: Iterable[str], tag: str = "") -> list[Node]:
    """Return all schemas that a value at some places must keep; raise NoTypeError for an unknown keyword.

    A conditional schema counts as if its condition were true, except that `tag`, the event's type, decides conditions
    about the type. So the result is at least as strict as the schemas.
    """
    nodes: list[Node] = []
    for place in places:
        schema = schema_at(place)
        if schema is True:
            continue
        if schema is False or not schema.keys() <= _KNOWN:
            raise NoTypeError(place)
        node = Node(place, schema)
        nodes.append(node)
        nodes += expand(_applied(node, tag), tag)
        nodes += _forbidden_members(node, tag)
    return nodes


def schema_at(place: str) -> Any:
    """Return the schema at a place."""
    file, _, pointer = place.partition("#")
    schema: Any = load_contract(file.removesuffix(SUFFIX)).schema
    for step in from_pointer(pointer):
        schema = schema[int(step)] if isinstance(schema, list) else schema[step]
    return schema


def validator_of(places: Iterable[str]) -> jsonschema_rs.Draft202012Validator:
    """Return a compiled validator for the schemas at some places together."""
    schema = {"allOf": [{"$ref": BASE + place} for place in places]}
    return jsonschema_rs.Draft202012Validator(schema, registry=_registry())


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(f"{BASE}{name}{SUFFIX}", load_contract(name).schema) for name in names()])


def _applied(node: Node, tag: str) -> Iterator[str]:
    """Yield the places of the schemas that a schema applies to the same value."""
    schema = node.schema
    if "$ref" in schema:
        target, _, pointer = schema["$ref"].partition("#")
        yield f"{target or node.place.partition('#')[0]}#{pointer}"
    for number in range(len(schema.get("allOf", ()))):
        yield node.inside("allOf", str(number))
    for trigger in schema.get("dependentSchemas", ()):
        if not _excludes(node.inside("dependentSchemas", trigger), tag):
            yield node.inside("dependentSchemas", trigger)
    if "if" in schema:
        for branch in _branches(node, tag):
            if branch in schema:
                yield node.inside(branch)


def _forbidden_members(node: Node, tag: str) -> Iterator[Node]:
    """Yield a schema without a member for each dependent schema that this type of event cannot keep."""
    for trigger in node.schema.get("dependentSchemas", ()):
        place = node.inside("dependentSchemas", trigger)
        if _excludes(place, tag):
            yield Node(place, {"not": {"required": [trigger]}})


def _excludes(place: str, tag: str) -> bool:
    """Return whether a schema allows other types of events only."""
    about = schema_at(place).get("properties", {})
    return bool(tag) and TYPE in about and not accepts_tag(f"{place}/properties/{TYPE}", tag)


def _branches(node: Node, tag: str) -> tuple[str, ...]:
    """Return the branches of a condition that can apply."""
    condition = node.schema["if"]
    if tag and set(condition) - _ANNOTATIONS == {"properties"} and set(condition["properties"]) == {TYPE}:
        return ("then",) if accepts_tag(node.inside("if", "properties", TYPE), tag) else ("else",)
    return "then", "else"


@cache
def accepts_tag(place: str, tag: str) -> bool:
    """Return whether the schema at a place accepts the type of an event."""
    return bool(validator_of([place]).is_valid(tag))
