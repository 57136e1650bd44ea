"""Lint: the mistakes in JSON Schemas, each with its place and what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from pendo_contracts.contract import from_pointer, to_pointer
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.lint.contradictions import contradictions, keeps_assertions, never_matches, property_nodes
from pendo_contracts.lint.schema_documents import Node, SchemaDocument, conjunction
from pendo_contracts.plans.schema_check import check_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Severity = Literal["error", "warning"]

_ANNOTATIONS: Final = frozenset({"$comment", "title", "description", "examples", "default"})
_DEFINITIONS: Final = ("$defs", "definitions")


class LintFinding(NamedTuple):
    """One mistake: its file, its JSON Pointer there, its severity, what is wrong, and what to do."""

    place: str
    pointer: str
    severity: Severity
    message: str
    fix: str = ""

    def __str__(self) -> str:
        fix = f"; {self.fix}" if self.fix else ""
        return f"{self.place}: {self.pointer or 'the whole schema'}: {self.severity}: {self.message}{fix}"


def lint(documents: Sequence[SchemaDocument]) -> list[LintFinding]:
    """Return the mistakes of schemas, sorted by place; references between the documents are followed."""
    by_id = {document.id: document for document in documents if document.id}
    found: list[LintFinding] = []
    sound: list[SchemaDocument] = []
    for document in documents:
        document.others = by_id
        problems = check_schema(_without_known_references(document))
        found += [
            LintFinding(document.place, document.pointer + pointer, "error", message) for pointer, message in problems
        ]
        if problems:
            document.root = _without(document.root, [pointer for pointer, _ in problems])
        if not problems or not check_schema(_without_known_references(document)):
            sound.append(document)
    for document in sound:
        for node in document.nodes():
            found += _contradictions(node)
            found += _lost_values(node)
            found += _branches(node)
    found += _unused_definitions(sound)
    return sorted(set(found))


def _without(root: Any, pointers: Sequence[str]) -> Any:
    """Return a copy of a schema without the keywords at some JSON Pointers, so that the rest can be examined."""
    copy = json.loads(json.dumps(root))
    for pointer in pointers:
        *path, last = from_pointer(pointer) if pointer else ("",)
        holder = copy
        for step in path:
            holder = _step(holder, step)
        if isinstance(holder, dict):
            holder.pop(last, None)
    return copy


def _step(holder: Any, step: str) -> Any:
    if isinstance(holder, list):
        return holder[int(step)] if step.isdecimal() and int(step) < len(holder) else None
    return holder.get(step) if isinstance(holder, dict) else None


def _finding(node: Node, keywords: tuple[str | int, ...], severity: Severity, message: str, fix: str) -> LintFinding:
    document = node.document
    pointer = document.pointer + to_pointer((*node.path, *keywords))
    return LintFinding(document.place, pointer, severity, message, fix)


def _without_known_references(document: SchemaDocument) -> Any:
    """Return a document without the references to the other documents, which can be followed."""

    def copy(value: Any) -> Any:
        if isinstance(value, list):
            return [copy(item) for item in value]
        if not isinstance(value, dict):
            return value
        known = isinstance(value.get("$ref"), str) and document.is_external(value["$ref"])
        return {name: copy(item) for name, item in value.items() if not (known and name == "$ref")}

    return copy(document.root)


def _contradictions(node: Node) -> Iterator[LintFinding]:
    """Yield the contradictions of a schema, and those with the schemas that it includes."""
    if node.schema is False and not node.path:
        yield _finding(node, (), "error", "the schema false: no value can match", "write a schema")
    if not isinstance(node.schema, dict):
        return
    own = list(contradictions([node]))
    for one in own:
        yield _finding(node, (one.keyword,), "error", one.message, one.fix)
    nodes = conjunction(node)
    if len(nodes) > 1 and not own and not any(True for one in nodes[1:] for _ in contradictions([one])):
        # Without a common type, for instance, a contradiction about objects leaves other values.
        severity: Severity = "error" if never_matches(nodes) else "warning"
        for one in contradictions(nodes):
            message = f"with the schemas of allOf and $ref: {one.message}"
            yield _finding(node, (), severity, message, one.fix)
    parts = node.schema.get("allOf")
    for place, part in enumerate(parts if isinstance(parts, list) else ()):
        if part is False:
            yield _finding(node, ("allOf", place), "error", "the schema false: no value can match", "remove it")
    objects = [one for one in nodes if isinstance(one.schema, dict)]
    for name in node.schema.get("properties", {}):
        together = property_nodes(objects, name)
        alone = conjunction(node.below("properties", name))
        if len(together) > len(alone) and never_matches(together) and not any(never_matches([one]) for one in together):
            message = f"the schemas of {shorten(name)} in allOf and $ref contradict each other: it can never be present"
            yield _finding(node, ("properties", name), "error", message, "give them a common type and values")


def _lost_values(node: Node) -> Iterator[LintFinding]:
    """Yield the values of an enum that contradict the other constraints, if some other value is possible."""
    values = node.schema.get("enum") if isinstance(node.schema, dict) else None
    if not isinstance(values, list):
        return
    kept = [keeps_assertions([node], value, (node, "enum")) for value in values]
    for place, value in enumerate(values):
        if any(kept) and not kept[place]:
            message = f"{shorten(value)} contradicts the other constraints of the value: it can never match"
            yield _finding(node, ("enum", place), "error", message, "remove it, or correct the other constraints")


def _branches(node: Node) -> Iterator[LintFinding]:
    """Yield the branches that can never match, and those that are written twice."""
    if not isinstance(node.schema, dict):
        return
    outer = conjunction(node)
    outer_is_possible = not never_matches(outer)
    for keyword in ("anyOf", "oneOf"):
        seen: dict[str, int] = {}
        branches = node.schema.get(keyword)
        for place, branch in enumerate(branches if isinstance(branches, list) else ()):
            inner = conjunction(node.below(keyword, place))
            if outer_is_possible and never_matches([*outer, *inner]) and not any(_is_reported(one) for one in inner):
                message = "this branch can never match"
                yield _finding(node, (keyword, place), "error", message, "remove it, or correct its constraints")
            first = seen.setdefault(_plain_text(branch), place)
            if first != place and keyword == "oneOf":
                message = f"the same schema as branch {first}: no value can match only one of them"
                yield _finding(node, (keyword, place), "error", message, "remove one of them, or use anyOf")
            elif first != place:
                message = f"the same schema as branch {first}"
                yield _finding(node, (keyword, place), "warning", message, "remove one of them")


def _is_reported(node: Node) -> bool:
    return isinstance(node.schema, dict) and any(True for _ in contradictions([node]))


def _plain_text(schema: Any) -> str:
    """Return a schema as text without annotations, so that schemas with the same meaning are equal."""
    plain = (
        {name: value for name, value in schema.items() if name not in _ANNOTATIONS}
        if isinstance(schema, dict)
        else schema
    )
    return json.dumps(plain, sort_keys=True)


def _unused_definitions(documents: Sequence[SchemaDocument]) -> Iterator[LintFinding]:
    """Yield the definitions to which no reference of any document leads."""
    used = {one for document in documents for node in document.nodes() for one in _used_definitions(node)}
    for document in documents:
        if not isinstance(document.root, dict) or (document, "", "") in used:
            continue
        root = Node(document, (), document.root)
        for keyword in _DEFINITIONS:
            for name in document.root.get(keyword, ()):
                if (document, keyword, name) not in used:
                    message = f"no $ref uses the definition {shorten(name)}"
                    yield _finding(root, (keyword, name), "warning", message, "remove it, or refer to it")


def _used_definitions(node: Node) -> Iterator[tuple[SchemaDocument, str, str]]:
    """Yield the definitions to which a schema refers; two empty names mean that they are not known."""
    for keyword in ("$ref", "$dynamicRef"):
        reference = node.schema.get(keyword) if isinstance(node.schema, dict) else None
        if isinstance(reference, str):
            target = node.document.resolve(reference)
            if target is None:
                yield node.document, "", ""
            elif len(target.path) > 1:
                yield target.document, str(target.path[0]), str(target.path[1])
