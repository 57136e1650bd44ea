"""Finds the properties of a value that its schema does not name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import unquote

from pendo_contracts.contract import from_pointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Path: TypeAlias = tuple[str | int, ...]

# Keywords whose schemas describe the same value.
_ONE: Final = ("if", "then", "else")
_LISTS: Final = ("allOf", "anyOf", "oneOf")
_OPEN: Final = ("additionalProperties", "unevaluatedProperties")


def unplanned_properties(document: Any, value: Any) -> Iterator[Path]:
    """Yield the path of each property that the schema does not name, in the order of the value.

    An object is compared if its schema has `properties` or `patternProperties` and says nothing about additional ones:
    `additionalProperties: true` allows them, and `false` is a constraint that the validator checks.
    """
    yield from _walk(document, [document], value, ())


def _walk(document: Any, schemas: Iterable[Any], value: Any, path: Path) -> Iterator[Path]:
    if not isinstance(value, dict | list):
        return
    flat = list(_flatten(document, schemas))
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(document, _item_schemas(flat, index), item, (*path, index))
        return
    is_closed = any("properties" in one or "patternProperties" in one for one in flat) and not any(
        name in one for one in flat for name in _OPEN
    )
    for name, item in value.items():
        if planned := _member_schemas(flat, name):
            yield from _walk(document, planned, item, (*path, name))
        elif is_closed:
            yield (*path, name)


def _flatten(document: Any, schemas: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Yield the schemas and every schema that they apply to the same value."""
    waiting, seen = list(schemas), set[int]()
    while waiting:
        schema = waiting.pop()
        if not isinstance(schema, dict) or id(schema) in seen:
            continue
        seen.add(id(schema))
        yield schema
        waiting += [schema[name] for name in _ONE if name in schema]
        waiting += [item for name in _LISTS for item in schema.get(name, ())]
        waiting += schema.get("dependentSchemas", {}).values()
        waiting += [item for item in schema.get("dependencies", {}).values() if isinstance(item, dict)]
        waiting += [_target(document, schema[name]) for name in ("$ref", "$dynamicRef") if name in schema]


def _target(document: Any, reference: str) -> Any:
    """Return the schema that a reference points to; a schema that allows everything for a reference by name."""
    fragment = unquote(reference.partition("#")[2])
    if fragment and not fragment.startswith("/"):
        return {"additionalProperties": True}
    schema = document
    for step in from_pointer(fragment):
        schema = schema[int(step)] if isinstance(schema, list) else schema[step]
    return schema


def _item_schemas(schemas: list[dict[str, Any]], index: int) -> list[Any]:
    found: list[Any] = []
    for schema in schemas:
        first = schema.get("prefixItems", schema["items"] if isinstance(schema.get("items"), list) else [])
        rest = schema.get("additionalItems") if isinstance(schema.get("items"), list) else schema.get("items")
        found.append(first[index] if index < len(first) else rest)
    return found


def _member_schemas(schemas: list[dict[str, Any]], name: str) -> list[Any]:
    named = [schema["properties"][name] for schema in schemas if name in schema.get("properties", ())]
    patterns = [pair for schema in schemas for pair in schema.get("patternProperties", {}).items()]
    return named + [schema for pattern, schema in patterns if _matches(pattern, name)]


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None  # a form of ECMA-262 that Python does not have: the validator judges it


def _matches(pattern: str, name: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or bool(compiled.search(name))
