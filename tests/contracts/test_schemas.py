"""The schemas agree with their fixtures, and each constraint of a schema decides the verdict of some fixture."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from pendo_contracts.contract import BASE, SUFFIX, load_contract, names, to_pointer
from pendo_contracts.judge import judge
from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.envelope import Envelope

FIXTURES = Path(__file__).parents[2] / "fixtures"
ANNOTATIONS = {"$schema", "$id", "title", "description", "$comment", "default"}
GROUPS = {"properties", "$defs"}

Place = tuple[str | int, ...]


@cache
def cases(name: str, kind: str) -> dict[str, Any]:
    return {file.stem: json.loads(file.read_text("utf-8")) for file in (FIXTURES / "contracts" / name / kind).iterdir()}


def found(name: str, value: Any) -> set[tuple[str, str]]:
    errors = load_contract(name).reference.iter_errors(value)
    return {(to_pointer(error.absolute_path), str(error.validator)) for error in errors}


@pytest.mark.parametrize("name", names())
def test_schema_is_valid(name: str) -> None:
    Draft202012Validator.check_schema(load_contract(name).schema)


@pytest.mark.parametrize("name", names())
def test_schema_has_a_description_with_its_source(name: str) -> None:
    schema = load_contract(name).schema
    assert schema["$id"] == BASE + name + SUFFIX
    assert schema["title"]
    assert schema["description"].endswith(".")
    sources = re.findall(r'"\$comment": "(\w+):', load_contract(name).text)
    assert set(sources) <= {"documented", "observed", "assumed"}
    assert len(sources) == load_contract(name).text.count('"$comment"') > 0


def test_each_fixture_folder_belongs_to_a_contract() -> None:
    assert sorted(folder.name for folder in (FIXTURES / "contracts").iterdir()) == sorted(names())


@pytest.mark.parametrize("name", names())
def test_fixtures_without_mistakes_keep_their_contract(name: str) -> None:
    violations = {case: found(name, value) for case, value in cases(name, "kept").items()}
    assert set(map(len, violations.values())) == {0}, violations


@pytest.mark.parametrize("name", names())
def test_broken_fixtures_break_one_rule_at_the_stated_place(name: str) -> None:
    broken = cases(name, "broken")
    violations = {case: found(name, fixture["value"]) for case, fixture in broken.items()}
    assert violations == {case: {(fixture["pointer"], fixture["keyword"])} for case, fixture in broken.items()}
    assert all(fixture["because"] for fixture in broken.values())
    assert broken


@pytest.mark.parametrize("file", sorted((FIXTURES / "captures").glob("*.ndjson")), ids=lambda file: file.stem)
def test_requests_of_the_real_agent_keep_their_contracts(file: Path) -> None:
    for line in file.read_text("utf-8").splitlines():
        sent = json.loads(line)
        envelope = Envelope(sent["method"], sent["url"], sent["headers"], sent["body"].encode(), sent["received_at"])
        assert [verdict for verdict in judge(from_envelope(envelope)) if not verdict.kept] == []


@pytest.mark.parametrize("name", names())
def test_deleting_any_constraint_changes_the_verdict_of_a_fixture(name: str) -> None:
    schema = load_contract(name).schema
    assert [to_pointer(place) for place in constraints(schema) if not noticed(name, without(place, schema))] == []


def noticed(name: str, mutant: dict[str, Any]) -> bool:
    """Return whether any fixture's verdict changes when a contract's schema is replaced."""
    schemas = {BASE + other + SUFFIX: load_contract(other).schema for other in names()} | {mutant["$id"]: mutant}
    registry = jsonschema_rs.Registry(list(schemas.items()))
    for user in users(name):
        accepts = jsonschema_rs.Draft202012Validator(schemas[BASE + user + SUFFIX], registry=registry).is_valid
        if not all(accepts(value) for value in cases(user, "kept").values()):
            return True
        if any(accepts(fixture["value"]) for fixture in cases(user, "broken").values()):
            return True
    return False


@cache
def users(name: str) -> list[str]:
    """List the contracts that use a schema, beginning with its own contract."""
    return [name, *(user for user in names() if name in references(user))]


@cache
def references(name: str) -> frozenset[str]:
    """List the contracts that a schema refers to, directly or indirectly."""
    direct = {other for other in names() if f'"{other}{SUFFIX}' in load_contract(name).text}
    return frozenset(direct.union(*map(references, direct)))


def without(place: Place, schema: dict[str, Any]) -> dict[str, Any]:
    """Copy a schema without the value at a path."""
    copy = deepcopy(schema)
    holder: Any = copy
    for step in place[:-1]:
        holder = holder[step]
    del holder[place[-1]]
    return copy


def constraints(schema: dict[str, Any] | Literal[True], place: Place = ()) -> Iterator[Place]:
    """Yield the path of every keyword that can reject a value, then the paths of the keyword's parts."""
    for keyword in set() if schema is True else schema.keys() - ANNOTATIONS:
        if keyword not in GROUPS:
            yield (*place, keyword)
        yield from members(keyword, schema[keyword], (*place, keyword))


def members(keyword: str, value: Any, place: Place) -> Iterator[Place]:
    """Yield the paths of the names and values that a keyword lists, and the constraints of the schemas in it."""
    match keyword:
        case "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "allOf":
            for step, schema in value.items() if isinstance(value, dict) else enumerate(value):
                yield from constraints(schema, (*place, step))
        case "dependentRequired":
            for name, required in value.items():
                yield from ((*place, name, index) for index in range(len(required)))
        case "required" | "enum" | "type" if isinstance(value, list):
            yield from ((*place, index) for index in range(len(value)))
        case _ if isinstance(value, dict):
            yield from constraints(value, place)
