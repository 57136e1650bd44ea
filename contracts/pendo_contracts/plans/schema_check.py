"""Checks the JSON Schemas of a plan: keywords, their values, references and loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias
from urllib.parse import unquote

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.contract import from_pointer, to_pointer
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.plans.plan import DRAFT_07, DRAFT_2020_12, is_draft_07

if TYPE_CHECKING:
    from collections.abc import Iterator

SchemaProblem: TypeAlias = tuple[str, str]

MAX_DEPTH: Final = 100

# Keywords whose value is one schema, a list of schemas, or an object of schemas, in both drafts.
_ONE: Final = frozenset({"not", "if", "then", "else", "contains", "propertyNames", "additionalProperties"})
_LIST: Final = frozenset({"allOf", "anyOf", "oneOf"})
_MAP: Final = frozenset({"properties", "patternProperties", "definitions"})
_ONE_2020: Final = _ONE | {"items", "unevaluatedItems", "unevaluatedProperties", "contentSchema"}
_LIST_2020: Final = _LIST | {"prefixItems"}
_MAP_2020: Final = _MAP | {"$defs", "dependentSchemas"}
_ONE_07: Final = _ONE | {"items", "additionalItems"}
_LIST_07: Final = _LIST | {"items"}
_MAP_07: Final = _MAP | {"$defs", "dependencies"}
# Keywords whose schemas judge the same value as the schema that contains them.
_SAME_VALUE: Final = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"}
)
_CHECKS: Final = frozenset(
    {
        "type", "enum", "const", "required", "pattern", "format", "minLength", "maxLength", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties",
        "maxProperties",
    }
)  # fmt: skip
_PLAIN: Final = _CHECKS | {
    "title", "description", "default", "examples", "readOnly", "writeOnly", "contentEncoding", "contentMediaType",
    "$schema", "$id", "$ref", "$comment",
}  # fmt: skip
_PLAIN_2020: Final = _PLAIN | {
    "dependentRequired", "minContains", "maxContains", "deprecated", "$anchor", "$dynamicRef", "$dynamicAnchor",
}  # fmt: skip
_IDENTIFIERS: Final = ("$anchor", "$dynamicAnchor")
_REFERENCES: Final = ("$ref", "$dynamicRef")


class _Node(NamedTuple):
    """A schema inside a document, with its path."""

    path: tuple[str | int, ...]
    schema: dict[str, Any]


def check_schema(document: Any) -> list[SchemaProblem]:
    """Return the problems of a schema, each with the JSON Pointer of its place."""
    if isinstance(document, bool):
        return []
    if not isinstance(document, dict):
        return [("", f"{shorten(document)} is not a JSON Schema; write an object")]
    dialect = document.get("$schema", DRAFT_2020_12)
    if dialect not in (DRAFT_07, DRAFT_07.rstrip("#"), DRAFT_2020_12, f"{DRAFT_2020_12}#"):
        return [("/$schema", f"{shorten(dialect)} is not supported; use {DRAFT_07} or {DRAFT_2020_12}")]
    return _Checker(document).check()


class _Checker:
    """Checks one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._draft_07 = is_draft_07(document)
        self._nodes: dict[str, _Node] = {}
        self._anchors: dict[str, str] = {}
        self._problems: list[SchemaProblem] = []

    def check(self) -> list[SchemaProblem]:
        self._visit((), self._document)
        for node in list(self._nodes.values()):
            self._check_references(node)
        if not self._problems:
            self._check_loops()
        if not self._problems:
            self._check_compilation()
        return self._problems

    def _add(self, path: tuple[str | int, ...], message: str) -> None:
        self._problems.append((to_pointer(path), message))

    def _visit(self, path: tuple[str | int, ...], schema: Any) -> None:
        if isinstance(schema, bool):
            return
        if not isinstance(schema, dict):
            self._add(path, f"{shorten(schema)} is not a JSON Schema; write an object, true or false")
            return
        if len(path) > MAX_DEPTH:
            self._add(path[:MAX_DEPTH], f"schemas are nested more than {MAX_DEPTH} levels deep; use $ref")
            return
        self._nodes[to_pointer(path)] = _Node(path, schema)
        for keyword, value in schema.items():
            self._check_keyword(path, keyword, value)
        for step, inner in subschemas(schema, draft_07=self._draft_07):
            self._visit((*path, *step), inner)

    def _check_keyword(self, path: tuple[str | int, ...], keyword: str, value: Any) -> None:
        known = known_keywords(draft_07=self._draft_07)
        if keyword not in known:
            near = nearest(keyword, sorted(known))
            hint = f"did you mean {near}?" if near else "remove it, or write its text as $comment"
            self._add((*path, keyword), f"{shorten(keyword)} is not a keyword of JSON Schema; {hint}")
            return
        if keyword in ("$id", "$schema") and path:
            self._add((*path, keyword), f"{keyword} is only possible at the start of a schema; remove it")
            return
        if keyword in _IDENTIFIERS and isinstance(value, str):
            self._anchors.setdefault(value, to_pointer(path))
        if keyword == "patternProperties" and isinstance(value, dict):
            for pattern in value:
                if problem := _value_problem("pattern", pattern, draft_07=self._draft_07):
                    self._add((*path, keyword, pattern), problem)
            return
        if problem := _value_problem(keyword, _shallow(keyword, value), draft_07=self._draft_07):
            self._add((*path, keyword), problem)

    def _check_references(self, node: _Node) -> None:
        for keyword in _REFERENCES:
            target = node.schema.get(keyword)
            if not isinstance(target, str):
                continue
            pointer = self._resolve(target)
            if pointer is None:
                shown = shorten(target)
                self._add(
                    (*node.path, keyword),
                    f"{shown} points outside of this schema, and nothing is fetched; copy the schema below $defs and"
                    " refer to it with #/$defs/NAME",
                )
            elif pointer not in self._nodes:
                self._add((*node.path, keyword), f"{shorten(target)} points to no schema of this document")

    def _resolve(self, target: str) -> str | None:
        """Return the JSON Pointer that a reference points to, None if that is outside of the document."""
        base, _, fragment = target.partition("#")
        if base and base != str(self._document.get("$id", "")).rstrip("#"):
            return None
        fragment = unquote(fragment)
        if fragment and not fragment.startswith("/"):
            return self._anchors.get(fragment, f"#{fragment}")
        return to_pointer(from_pointer(fragment))

    def _check_loops(self) -> None:
        """Find references that lead back to the same schema without going to a smaller part of the value."""
        finished: set[str] = set()
        for start in self._nodes:
            trail: list[str] = []
            pending: list[tuple[str, Iterator[str]]] = []
            current: str | None = start
            while current is not None or pending:
                if current is not None and current not in finished:
                    if current in trail:
                        loop = [*trail[trail.index(current) :], current]
                        self._problems.append(
                            (current, f"circular $ref: {' -> '.join(f'#{place}' for place in loop)}; remove the loop")
                        )
                        return
                    trail.append(current)
                    pending.append((current, iter(self._same_value_targets(self._nodes[current]))))
                if not pending:
                    break
                current = next(pending[-1][1], None)
                if current is None:
                    finished.add(pending.pop()[0])
                    trail.pop()

    def _same_value_targets(self, node: _Node) -> list[str]:
        references = (node.schema.get(keyword) for keyword in _REFERENCES)
        targets = [self._resolve(target) for target in references if isinstance(target, str)]
        inner = [
            to_pointer((*node.path, *step))
            for step, _ in subschemas(node.schema, draft_07=self._draft_07)
            if step[0] in _SAME_VALUE
        ]
        return [target for target in (*targets, *inner) if target in self._nodes]

    def _check_compilation(self) -> None:
        import jsonschema_rs  # noqa: PLC0415 - only a plan needs it here

        draft = jsonschema_rs.Draft7Validator if self._draft_07 else jsonschema_rs.Draft202012Validator
        try:
            draft(self._document, validate_formats=False, offline=True)
        except (ValueError, RecursionError) as error:
            self._add((), f"this schema cannot be used: {str(error).splitlines()[0]}")


def known_keywords(*, draft_07: bool) -> frozenset[str]:
    """Return the keywords of a draft."""
    if draft_07:
        return _ONE_07 | _LIST_07 | _MAP_07 | _PLAIN
    return _ONE_2020 | _LIST_2020 | _MAP_2020 | _PLAIN_2020


def subschemas(schema: dict[str, Any], *, draft_07: bool) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the schemas directly inside a schema, each with its path from there."""
    one, several, members = (_ONE_07, _LIST_07, _MAP_07) if draft_07 else (_ONE_2020, _LIST_2020, _MAP_2020)
    for keyword, value in schema.items():
        if keyword in several and isinstance(value, list):
            yield from (((keyword, place), item) for place, item in enumerate(value))
        elif keyword in members and isinstance(value, dict):
            for name, item in value.items():
                if not (keyword == "dependencies" and isinstance(item, list)):
                    yield (keyword, name), item
        elif keyword in one:
            yield (keyword,), value


def _shallow(keyword: str, value: Any) -> Any:
    """Return a keyword's value with true in place of each schema, because these are checked on their own."""
    if keyword in _ONE_2020 | _ONE_07 and not (isinstance(value, list) and keyword == "items"):
        return True
    if keyword in _LIST_2020 | {"items"} and isinstance(value, list):
        return [True] * len(value)
    if keyword in _MAP_2020 | _MAP_07 and isinstance(value, dict):
        return {
            name: item if keyword == "dependencies" and isinstance(item, list) else True for name, item in value.items()
        }
    return value


def _value_problem(keyword: str, value: Any, *, draft_07: bool) -> str:
    """Return what is wrong with a keyword's value, "" if nothing is."""
    import jsonschema_rs  # noqa: PLC0415 - only a plan needs it here

    schema = {"$schema": DRAFT_07 if draft_07 else DRAFT_2020_12, keyword: value}
    try:
        jsonschema_rs.meta.validate(schema)
        if keyword == "pattern":
            jsonschema_rs.validator_for(schema, offline=True)
    except ValueError as error:
        return _explain_value(keyword, value, error)
    return ""


def _explain_value(keyword: str, value: Any, error: ValueError) -> str:
    if keyword == "pattern" and isinstance(value, str):
        return f"{shorten(value)} is not a regular expression; correct its syntax"
    if keyword == "type":
        kinds = ("array", "boolean", "integer", "null", "number", "object", "string")
        wrong = next((kind for kind in (value if isinstance(value, list) else [value]) if kind not in kinds), value)
        near = nearest(wrong, kinds) if isinstance(wrong, str) else None
        return f"{shorten(wrong)} is not a type; {f'did you mean {near}?' if near else 'use ' + ', '.join(kinds)}"
    reason = str(getattr(error, "message", error)).splitlines()[0]
    return f"{shorten(value)} is not a value of {keyword}: {reason}"
