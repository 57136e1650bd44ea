"""Contracts: the packaged JSON Schemas, with a compiled validator for speed and a slower one for explanations."""

from __future__ import annotations

import json
import re
from functools import cache, cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from pendo_contracts.keyword_explanations import explain
from pendo_contracts.verdict import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import jsonschema
    import jsonschema_rs
    from jsonschema.exceptions import ValidationError

BASE: Final = "https://pendo-emulator.invalid/schemas/"
SUFFIX: Final = ".schema.json"
MAX_VIOLATIONS: Final = 100
# Paths to constraints in schemas whose contracts are remembered; nested values have any number of paths.
_MAX_PATHS: Final = 1_000

# importlib.resources would take 6 ms of start-up time.
_SCHEMAS: Final = Path(__file__).with_name("schemas")

# Reading only the contracts that a contract refers to saves 10 ms of start-up time.
_REFERENCE: Final = re.compile(r'"\$ref": *"([^"#/]+)\.schema\.json')

_Location: TypeAlias = tuple[str, tuple[str | int, ...], Any]


class Contract(msgspec.Struct, frozen=True, dict=True):
    """One packaged schema, by name.

    The compiled validator (jsonschema-rs) accepts or rejects every value. The reference validator (jsonschema) is a
    hundred times slower and only explains rejected values.
    """

    name: str
    text: str

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The schema as JSON."""
        schema: dict[str, Any] = json.loads(self.text)
        return schema

    @cached_property
    def compiled(self) -> jsonschema_rs.Draft202012Validator:
        """The compiled validator."""
        import jsonschema_rs  # noqa: PLC0415 - 20 ms that commands without a validation save

        registry = jsonschema_rs.Registry(
            [(f"{BASE}{name}{SUFFIX}", load_contract(name).schema) for name in self._referenced]
        )
        return jsonschema_rs.Draft202012Validator(self.schema, registry=registry)

    @property
    def _referenced(self) -> set[str]:
        """The names of this contract and of those that it refers to, directly or through others."""
        found, pending = set[str](), [self.name]
        while pending:
            if (name := pending.pop()) not in found:
                found.add(name)
                pending += _REFERENCE.findall(load_contract(name).text)
        return found

    @cached_property
    def reference(self) -> jsonschema.Draft202012Validator:
        """The reference validator."""
        from jsonschema import Draft202012Validator  # noqa: PLC0415 - takes 60 ms that a run without violations saves
        from referencing import Registry  # noqa: PLC0415 - start-up time
        from referencing.jsonschema import DRAFT202012  # noqa: PLC0415 - start-up time

        pairs = (
            (f"{BASE}{name}{SUFFIX}", DRAFT202012.create_resource(load_contract(name).schema))
            for name in self._referenced
        )
        return Draft202012Validator(self.schema, registry=Registry().with_resources(pairs))

    def accepts(self, value: Any) -> bool:
        """Return whether a value keeps the contract."""
        try:
            return self.compiled.is_valid(value)
        except UnicodeEncodeError:
            return self.compiled.is_valid(without_lone_surrogates(value))

    def violations(self, value: Any) -> tuple[Violation, ...]:
        """List at most MAX_VIOLATIONS broken constraints, sorted by pointer; () if the value keeps the contract."""
        return () if self.accepts(value) else self.explain(value)[0]

    def explain(self, value: Any) -> tuple[tuple[Violation, ...], int]:
        """Return the violations of a value that breaks the contract, and their number before equal ones are merged."""
        errors = [self._violation(error) for error in islice(self.reference.iter_errors(value), MAX_VIOLATIONS)]
        found = tuple(sorted(set(errors), key=lambda one: (one.pointer, one.rule, one.contract)))
        return found or (self._validators_disagree(),), len(errors)

    def _validators_disagree(self) -> Violation:
        message = "the compiled validator rejects this and the reference validator does not"
        return Violation(self.name, "", "", message, "report this as a bug of pendo-emulator: the two must agree")

    def _violation(self, error: ValidationError) -> Violation:
        place = rule_place(self.name, tuple(error.absolute_schema_path), error.schema)
        message, fix = explain(str(error.validator), error.validator_value, error.instance)
        return Violation(*place, to_pointer(error.absolute_path), message, fix)


@cache
def _files() -> Mapping[str, Path]:
    files = sorted(_SCHEMAS.glob(f"*/*{SUFFIX}"), key=lambda file: file.name)
    return {file.name.removesuffix(SUFFIX): file for file in files}


@cache
def names() -> tuple[str, ...]:
    """Return the names of all packaged contracts, in alphabetical order."""
    return tuple(_files())


def file_name(name: str) -> str:
    """Return the file of a packaged contract, relative to the package: `schemas/events/load.schema.json`."""
    return _files()[name].relative_to(_SCHEMAS.parent).as_posix()


@cache
def load_contract(name: str) -> Contract:
    """Load a packaged contract; raise KeyError for a name that is not packaged."""
    return Contract(name, _files()[name].read_text("utf-8"))


class BrokenDocumentError(ValueError):
    """A document that breaks its contract; `violations` lists every broken rule."""

    def __init__(self, violations: tuple[Violation, ...]) -> None:
        self.violations = violations
        super().__init__("; ".join(f"{v.pointer or 'the document'}: {v.message} ({v.fix})" for v in violations))


def require(name: str, document: Any) -> None:
    """Raise BrokenDocumentError with every violation if a document breaks the contract `name`."""
    if violations := load_contract(name).violations(document):
        raise BrokenDocumentError(violations)


def without_lone_surrogates(value: Any) -> Any:
    """Replace lone surrogates by `?`: agents send them, and the compiled validator accepts only UTF-8."""
    return msgspec.json.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def without_unknown_members(value: Any, violation: Violation) -> Any:
    """Return a copy of a value without the members that a constraint does not know; the value itself if it has none.

    The constraint is `additionalProperties: false` or `propertyNames: {enum}`, and `violation` is one of its results.
    """
    return _keep_members(
        value, list(from_pointer(violation.pointer)), _known_members(violation.contract, violation.rule)
    )


@cache
def _known_members(contract: str, rule: str) -> frozenset[str]:
    """Return the names of members that a constraint knows."""
    schema: Any = load_contract(contract).schema
    for step in list(from_pointer(rule.removesuffix("/enum")))[:-1]:
        schema = schema[int(step)] if isinstance(schema, list) else schema[step]
    names = schema.get("propertyNames", {}).get("enum") if rule.endswith("/enum") else schema.get("properties")
    return frozenset(names or ())


def _keep_members(value: Any, path: list[str], names: frozenset[str]) -> Any:
    if isinstance(value, dict):
        if not path:
            return value if names >= value.keys() else {name: item for name, item in value.items() if name in names}
        if path[0] in value:
            smaller = _keep_members(value[path[0]], path[1:], names)
            return value if smaller is value[path[0]] else {**value, path[0]: smaller}
    return value


def to_pointer(path: Iterable[str | int]) -> str:
    """Write a path as a JSON Pointer (RFC 6901)."""
    return "".join(f"/{str(piece).replace('~', '~0').replace('/', '~1')}" for piece in path)


def rule_place(name: str, path: Sequence[str | int], subschema: Any) -> tuple[str, str]:
    """Find the contract that contains a constraint, and the constraint's JSON Pointer there.

    `path` is jsonschema's schema path, which does not contain `$ref`; `subschema` is the schema at the end of the path.
    """
    return next((file, place) for file, place, end in _find_locations(name, tuple(path)) if end == subschema)


@lru_cache(maxsize=_MAX_PATHS)
def _find_locations(name: str, path: tuple[str | int, ...]) -> list[tuple[str, str, Any]]:
    """Return the contract, the JSON Pointer and the schema of each constraint at a path."""
    locations = _resolve_paths(load_contract(name).schema, path, name, ())
    return [(file, to_pointer(place), end) for file, place, end in locations]


def _resolve_paths(
    schema: Any, path: Sequence[str | int], name: str, place: tuple[str | int, ...]
) -> Iterator[_Location]:
    """Follow a path through a schema and through every `$ref` on the way."""
    if len(path) == 1:
        yield name, (*place, path[0]), schema
    elif _holds(schema, path[0]):
        yield from _resolve_paths(schema[path[0]], path[1:], name, (*place, path[0]))
    if isinstance(schema, dict) and "$ref" in schema:
        file, _, fragment = schema["$ref"].partition("#")
        target = file.removesuffix(SUFFIX) or name
        inside, steps = load_contract(target).schema, tuple(from_pointer(fragment))
        for step in steps:
            inside = inside[step]
        yield from _resolve_paths(inside, path, target, steps)


def _holds(schema: Any, piece: str | int) -> bool:
    return piece in schema if isinstance(schema, dict) else isinstance(piece, int)


@cache
def rule_line(name: str, rule: str) -> int:
    """Find the line, from 1, of a constraint (a JSON Pointer) in a contract's file."""
    import yaml  # noqa: PLC0415 - only reports need line numbers

    node: Any = yaml.compose(load_contract(name).text)
    mark = node.start_mark
    for step in from_pointer(rule):
        if isinstance(node, yaml.MappingNode):
            key, node = next(pair for pair in node.value if pair[0].value == step)
            mark = key.start_mark
        else:
            node = node.value[int(step)]
            mark = node.start_mark
    line: int = mark.line
    return line + 1


def from_pointer(pointer: str) -> Iterator[str]:
    """Split a JSON Pointer into its steps."""
    return (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
