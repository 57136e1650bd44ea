"""The contracts of one version, by name, with a compiled validator for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

import jsonschema_rs

from pendo_contracts.contract import without_lone_surrogates
from pendo_contracts.contract_diff.schema_node import Node, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

_BASE: Final = "https://contracts.invalid/"


@dataclass(frozen=True)
class Broken:
    """A constraint that an event breaks: its contract and JSON Pointer, the place in the event, and the reason."""

    constraint: str
    pointer: str
    message: str


@dataclass(frozen=True, eq=False)
class DiffContract:
    """One schema of a version; `scope` has all schemas of the version."""

    name: str
    uri: str
    schema: Any
    scope: Scope

    @cached_property
    def compiled(self) -> jsonschema_rs.Draft202012Validator | jsonschema_rs.Draft7Validator:
        """The compiled validator, with the settings of the project: formats are not checked, nothing is fetched."""
        draft = jsonschema_rs.Draft7 if self.scope.draft_07 else jsonschema_rs.Draft202012
        others = [(uri, schema) for uri, schema in self.scope.resources.items() if isinstance(schema, dict)]
        registry = jsonschema_rs.Registry(others, draft=draft)
        compile_schema = jsonschema_rs.Draft7Validator if self.scope.draft_07 else jsonschema_rs.Draft202012Validator
        return compile_schema(self.schema, registry=registry, base_uri=self.uri, validate_formats=False, offline=True)

    @cached_property
    def node(self) -> Node:
        """The schema as a place from which references are followed."""
        return Node(self.scope, self.uri, self.schema)

    def accepts(self, value: Any) -> bool:
        """Return whether a value keeps the contract."""
        try:
            return self.compiled.is_valid(value)
        except UnicodeEncodeError:
            return self.compiled.is_valid(without_lone_surrogates(value))

    def broken(self, value: Any, limit: int = 20) -> list[Broken]:
        """List the constraints that a value breaks, sorted."""
        try:
            errors = list(self.compiled.iter_errors(value))
        except UnicodeEncodeError:
            errors = list(self.compiled.iter_errors(without_lone_surrogates(value)))
        found = {Broken(self._place(error), _pointer(error.instance_path), error.message) for error in errors}
        return sorted(found, key=lambda one: (one.pointer, one.constraint, one.message))[:limit]

    def _place(self, error: jsonschema_rs.ValidationError) -> str:
        location = error.absolute_keyword_location
        if not location:
            return f"{self.name}#{_pointer(error.schema_path)}"
        uri, _, fragment = location.partition("#")
        name = self.name if uri in (self.uri, "json-schema:///", "") else unquote(uri.rpartition("/")[2])
        return f"{name.removesuffix('.json').removesuffix('.schema')}#{fragment}"


def _pointer(path: list[str | int]) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


@dataclass(frozen=True, eq=False)
class ContractSet:
    """The contracts of one version; `accepts_others` says whether events without a contract are accepted."""

    place: str
    contracts: Mapping[str, DiffContract] = field(default_factory=dict)
    accepts_others: bool = False


def make_contract_set(
    place: str, schemas: Mapping[str, Any], *, draft_07: bool = False, accepts_others: bool = False
) -> ContractSet:
    """Return the contracts of schemas by name; a schema's URI is its `$id`, or its name without one."""
    uris = {name: _uri(name, schema) for name, schema in schemas.items()}
    resources = {f"{_BASE}{quote(name, safe='')}.json": schema for name, schema in schemas.items()}
    scope = Scope(resources | {uris[name]: schema for name, schema in schemas.items()}, draft_07)
    contracts = {name: DiffContract(name, uris[name], schema, scope) for name, schema in schemas.items()}
    return ContractSet(place, contracts, accepts_others)


def _uri(name: str, schema: Any) -> str:
    identity = schema.get("$id") if isinstance(schema, dict) else None
    if isinstance(identity, str) and "://" in identity:
        return identity.rstrip("#")
    return f"{_BASE}{quote(name, safe='')}.schema.json"
