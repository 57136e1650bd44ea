"""Schema documents: the JSON Schemas of a lint, and the references between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urljoin

from pendo_contracts.contract import from_pointer
from pendo_contracts.plans.plan import is_draft_07
from pendo_contracts.plans.schema_check import subschemas

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(eq=False)
class SchemaDocument:
    """One JSON Schema: the name of its file, its JSON Pointer there, and the other documents by `$id`."""

    place: str
    pointer: str
    root: Any
    others: dict[str, SchemaDocument] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The document's `$id` without fragment, or ""."""
        value = self.root.get("$id") if isinstance(self.root, dict) else None
        return value.partition("#")[0] if isinstance(value, str) else ""

    @property
    def draft_07(self) -> bool:
        """Whether the document is written for draft-07."""
        return is_draft_07(self.root)

    def is_external(self, reference: str) -> bool:
        """Return whether a reference points to another document that is known."""
        base = urljoin(self.id, reference.partition("#")[0])
        return base != self.id and base in self.others

    def resolve(self, reference: str) -> Node | None:
        """Return the schema that a reference points to; None for an anchor and for an unknown document."""
        base, _, fragment = reference.partition("#")
        target = urljoin(self.id, base) if base else self.id
        document = self if target == self.id else self.others.get(target)
        if document is None or (fragment and not fragment.startswith("/")):
            return None
        path = tuple(from_pointer(unquote(fragment)))
        schema = document.root
        for step in path:
            try:
                schema = schema[int(step)] if isinstance(schema, list) else schema[step]
            except (LookupError, ValueError, TypeError):
                return None
        return Node(document, path, schema)

    def nodes(self) -> Iterator[Node]:
        """Yield every schema of the document, the outer ones first."""
        waiting = [Node(self, (), self.root)]
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node.schema, dict):
                inner = subschemas(node.schema, draft_07=self.draft_07)
                waiting += [Node(self, (*node.path, *step), schema) for step, schema in inner]


class Node(NamedTuple):
    """A schema inside a document, with its path."""

    document: SchemaDocument
    path: tuple[str | int, ...]
    schema: Any

    def below(self, *steps: str | int) -> Node:
        """Return the schema at some steps below this one."""
        schema = self.schema
        for step in steps:
            schema = schema[step]
        return Node(self.document, (*self.path, *steps), schema)


def conjunction(node: Node) -> list[Node]:
    """Return the schema and every schema that it applies to the same value with `allOf` and `$ref`."""
    found: list[Node] = []
    waiting, seen = [node], set[tuple[int, tuple[str | int, ...]]]()
    while waiting:
        one = waiting.pop()
        if (key := (id(one.document), tuple(map(str, one.path)))) in seen:
            continue
        seen.add(key)
        found.append(one)
        if not isinstance(one.schema, dict):
            continue
        if isinstance(parts := one.schema.get("allOf"), list):
            waiting += [one.below("allOf", place) for place in range(len(parts))]
        reference = one.schema.get("$ref")
        if isinstance(reference, str) and (target := one.document.resolve(reference)):
            waiting.append(target)
    return found
