"""Mutations of schemas: each constraint, tightened and loosened."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

BY_NAME = ("properties", "patternProperties", "dependentSchemas", "$defs")
SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
ONE = ("not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames")
TYPES = ("string", "integer", "object", "array", "boolean", "null")
ANNOTATIONS = frozenset(("title", "description", "$comment", "default", "examples", "$id", "$schema"))
NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
SIZES = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")


@dataclass(frozen=True)
class Mutation:
    """A schema with one changed constraint; `what` names the change."""

    contract: str
    place: tuple[str | int, ...]
    keyword: str
    what: str
    schema: dict[str, Any]

    def __str__(self):
        return f"{self.contract}#/{'/'.join(map(str, self.place))}: {self.keyword} {self.what}"


def mutations(contract: str, schema: dict[str, Any]) -> Iterator[Mutation]:
    """Yield the mutations of every constraint of a schema."""
    for place, inner in walk(schema, ()):
        for keyword, what, changed in changes(inner):
            yield Mutation(contract, place, keyword, what, replaced(schema, place, changed))


def walk(schema: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Yield every object schema with its place."""
    if not isinstance(schema, dict):
        return
    yield place, schema
    for keyword, value in schema.items():
        if keyword in BY_NAME:
            for name, inner in value.items():
                yield from walk(inner, (*place, keyword, name))
        elif keyword in SEVERAL:
            for index, inner in enumerate(value):
                yield from walk(inner, (*place, keyword, index))
        elif keyword in ONE:
            yield from walk(value, (*place, keyword))


def replaced(schema: Any, place: tuple[str | int, ...], inner: Any) -> Any:
    """Return a copy of a schema with another schema at a place."""
    if not place:
        return inner
    changed = copy.deepcopy(schema)
    parent = changed
    for step in place[:-1]:
        parent = parent[step]
    parent[place[-1]] = inner
    return changed


def changes(schema: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield (keyword, what, changed schema) for each way to change one keyword of a schema."""
    for keyword, value in schema.items():
        for what, new in new_values(keyword, value):
            yield keyword, what, {**schema, keyword: new}
        if keyword in REMOVABLE:
            yield keyword, "removed", {name: other for name, other in schema.items() if name != keyword}
    yield from additions(schema)


REMOVABLE = frozenset(
    (
        *("type", "enum", "const", "pattern", "required", "additionalProperties", "propertyNames", "items", "not"),
        *("uniqueItems", "dependentRequired", "dependentSchemas", "anyOf", "allOf", "$ref", "then", "else"),
        *(*NUMBERS, *SIZES),
    )
)


def new_values(keyword: str, value: Any) -> Iterator[tuple[str, Any]]:  # noqa: C901, PLR0912 - one case per keyword
    """Yield (what, new value) for the value of a keyword."""
    if keyword in NUMBERS or keyword in SIZES:
        yield "raised", value + 1
        if keyword in NUMBERS or value > 0:
            yield "lowered", value - 1
    elif keyword == "enum":
        if len(value) > 1:
            yield from (
                (f"without {one}", [other for other in value if other is not one]) for one in (value[0], value[-1])
            )
        yield "with a new value", [*value, "new value"]
    elif keyword == "const":
        yield "changed", "new value"
    elif keyword == "type":
        names = value if isinstance(value, list) else [value]
        if len(names) > 1:
            yield from ((f"without {one}", [other for other in names if other != one]) for one in names)
        added = next(one for one in TYPES if one not in names and not (one == "integer" and "number" in names))
        yield f"with {added}", [*names, added]
        if "number" in names:
            yield "integer only", ["integer" if one == "number" else one for one in names]
        if "integer" in names:
            yield "any number", ["number" if one == "integer" else one for one in names]
    elif keyword == "required":
        yield from ((f"without {one}", [other for other in value if other != one]) for one in value if len(value) > 1)
        yield "with a new name", [*value, "newName"]
    elif keyword == "pattern":
        if not re.search(value, "new value"):
            yield "changed", f"{value}|^new value$"
        yield (
            "negated",
            f"^(?!.*(?:{value.lstrip('^')}))" if not value.startswith("[^") else f"^{value.replace('[^', '[')}+$",
        )
    elif keyword in ("properties", "patternProperties"):
        for name, inner in value.items():
            yield f"{name} refused", {**value, name: False}
            if inner is not True and inner.keys() - ANNOTATIONS:
                yield f"{name} anything", {**value, name: True}
    elif keyword == "additionalProperties":
        yield ("allowed", True) if value is False else ("refused", False)
    elif keyword == "items":
        yield "refused", False
    elif keyword == "dependentRequired":
        for name, others in value.items():
            yield f"{name} needs another", {**value, name: [*others, "newName"]}


def additions(schema: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield schemas with a new keyword, for the types that they name."""
    names = schema.get("type", ())
    names = [names] if isinstance(names, str) else names
    by_type = {
        "string": (("minLength", 3), ("maxLength", 40), ("pattern", "^[a-m]")),
        "integer": (("multipleOf", 7), ("minimum", 5), ("exclusiveMaximum", 1_000_000_000_001)),
        "number": (("multipleOf", 0.5), ("maximum", 17)),
        "array": (("minItems", 2), ("maxItems", 1), ("uniqueItems", True), ("contains", {"const": "new value"})),
        "object": (("maxProperties", 1), ("minProperties", 30), ("propertyNames", {"maxLength": 4})),
    }
    for name in names:
        for keyword, value in by_type.get(name, ()):
            if keyword not in schema and not (name == "string" and {"pattern", "$ref"} & schema.keys()):
                yield keyword, "added", {**schema, keyword: value}
