"""Places in schemas: their keywords, the schemas inside them, the targets of references and a canonical form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urldefrag, urljoin

from pendo_contracts.contract import from_pointer

_NO_CONSTRAINT: Final = frozenset(
    (
        *("title", "description", "$comment", "default", "examples", "deprecated", "readOnly", "writeOnly"),
        *("$schema", "$id", "$defs", "definitions", "$anchor", "$dynamicAnchor", "$vocabulary", "format"),
        *("contentEncoding", "contentMediaType", "contentSchema"),
    )
)
_ONE: Final = frozenset(
    (
        *("not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames"),
        *("unevaluatedProperties", "unevaluatedItems"),
    )
)
_SEVERAL: Final = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_BY_NAME: Final = frozenset(("properties", "patternProperties", "dependentSchemas"))
_WITHOUT_ORDER: Final = frozenset(("allOf", "anyOf", "oneOf"))


class UnknownReferenceError(ValueError):
    """A reference whose target is not among the loaded schemas."""


@dataclass(frozen=True, eq=False)
class Scope:
    """All schemas that belong to one version of the contracts, by URI; `draft_07` says how to read keywords."""

    resources: dict[str, Any]
    draft_07: bool = False
    canonical_forms: dict[tuple[str, int], tuple[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Node:
    """A schema at its place: references in it are relative to the URI `base`."""

    scope: Scope
    base: str
    schema: Any

    def inside(self, schema: Any) -> Node:
        """Return the node of a schema inside this one."""
        base = self.base
        if isinstance(schema, dict) and isinstance(identity := schema.get("$id"), str):
            base = urljoin(base, identity)
        return Node(self.scope, base, schema)

    def target(self, reference: str) -> Node:
        """Return the node to which a reference points; raise UnknownReferenceError if it is not loaded."""
        uri, fragment = urldefrag(urljoin(self.base, reference))
        schema = self.scope.resources.get(uri)
        if schema is None:
            raise UnknownReferenceError(f"{reference} is not among the contracts; nothing is fetched")
        node = Node(self.scope, uri, schema)
        if fragment and not fragment.startswith("/"):
            return _find_anchor(node, fragment)
        for step in from_pointer(unquote(fragment)):
            try:
                node = node.inside(node.schema[int(step)] if isinstance(node.schema, list) else node.schema[step])
            except (KeyError, IndexError, ValueError, TypeError):
                raise UnknownReferenceError(f"{reference} points to nothing") from None
        return node

    def keywords(self) -> dict[str, Any]:
        """Return the constraints of an object schema, in the keywords of 2020-12."""
        schema: dict[str, Any] = self.schema
        if not self.scope.draft_07:
            return {name: value for name, value in schema.items() if name not in _NO_CONSTRAINT}
        if "$ref" in schema:
            return {"$ref": schema["$ref"]}
        found = {name: value for name, value in schema.items() if name not in _NO_CONSTRAINT | {"dependencies"}}
        if isinstance(items := found.get("items"), list):
            found["prefixItems"] = items
            found["items"] = found.pop("additionalItems", True)
        found.pop("additionalItems", None)
        for name, value in schema.get("dependencies", {}).items():
            keyword = "dependentRequired" if isinstance(value, list) else "dependentSchemas"
            found[keyword] = {**found.get(keyword, {}), name: value}
        return found

    def canonical(self) -> str:
        """Return a text that is equal for schemas that differ only in form: order, annotations, references.

        Different texts do not mean that the schemas accept different values.
        """
        return _canonical(self, ())[0]

    def canonical_of(self, keywords: dict[str, Any]) -> str:
        """Return the canonical text of some keywords of this schema."""
        return _canonical_object(Node(self.scope, self.base, keywords), ())[0]


def _find_anchor(node: Node, name: str) -> Node:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one.schema, dict) and name in (one.schema.get("$anchor"), one.schema.get("$dynamicAnchor")):
            return one
        inner = one.schema.values() if isinstance(one.schema, dict) else one.schema
        waiting += [one.inside(value) for value in inner if isinstance(value, dict | list)]
    raise UnknownReferenceError(f"#{name} points to nothing")


def _canonical(node: Node, stack: tuple[tuple[str, int], ...]) -> tuple[str, int]:
    """Return the canonical text, and the lowest place in the stack to which a circular reference in it points."""
    if not isinstance(node.schema, dict):
        return json.dumps(node.schema), len(stack)
    key = (node.base, id(node.schema))
    if key in stack:
        return f'"circular {len(stack) - stack.index(key)}"', stack.index(key)
    if (known := node.scope.canonical_forms.get(key)) is not None:
        return known[0], len(stack)
    text, lowest = _canonical_object(node, (*stack, key))
    if lowest >= len(stack):
        # The schema is kept, so that no other object gets its id.
        node.scope.canonical_forms[key] = (text, node.schema)
    return text, lowest


def _canonical_object(  # noqa: C901 - one case per kind of keyword
    node: Node, stack: tuple[tuple[str, int], ...]
) -> tuple[str, int]:
    lowest = len(stack)
    parts: dict[str, str] = {}

    def write(schema: Any) -> str:
        nonlocal lowest
        text, low = _canonical(node.inside(schema), stack)
        lowest = min(lowest, low)
        return text

    keywords = node.keywords()
    conjunction = [write(schema) for schema in keywords.pop("allOf", ())]
    for name in ("$ref", "$dynamicRef"):
        if name in keywords:
            text, low = _canonical(node.target(keywords.pop(name)), stack)
            lowest = min(lowest, low)
            conjunction.append(text)
    for name, value in keywords.items():
        if name in _ONE:
            parts[name] = write(value)
        elif name in _SEVERAL:
            texts = [write(schema) for schema in value]
            parts[name] = f"[{','.join(sorted(texts) if name in _WITHOUT_ORDER else texts)}]"
        elif name in _BY_NAME:
            members = (f"{json.dumps(member)}:{write(value[member])}" for member in sorted(value))
            parts[name] = f"{{{','.join(members)}}}"
        else:
            parts.update([_canonical_value(name, value)])
    if "if" not in parts:
        parts.pop("then", None)
        parts.pop("else", None)
    conjunction = sorted({text for text in conjunction if text not in ("true", "{}")})
    if len(conjunction) == 1 and not parts:
        return conjunction[0], lowest
    if conjunction:
        parts["allOf"] = f"[{','.join(conjunction)}]"
    return f"{{{','.join(f'{json.dumps(name)}:{parts[name]}' for name in sorted(parts))}}}", lowest


def _canonical_value(name: str, value: Any) -> tuple[str, str]:
    if name == "const":
        name, value = "enum", [value]
    if name == "type" and isinstance(value, str):
        value = [value]
    if name in ("type", "required", "enum") and isinstance(value, list):
        return name, f"[{','.join(sorted({json.dumps(item, sort_keys=True) for item in value}))}]"
    return name, json.dumps(value, sort_keys=True)
