"""Lint: each finding is certain, each kind of mistake is found, and sound contracts have no finding."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_contracts.contract import load_contract, names
from pendo_contracts.lint.contract_files import read_contract_file
from pendo_contracts.lint.lint import lint
from pendo_contracts.lint.schema_documents import SchemaDocument
from pendo_contracts.plans.inference import Inference
from pendo_contracts.plans.plan_errors import PlanError

DEFINITIONS = {"$defs": {"text": {"type": "string"}}}
# Schema, severity and pointer of each expected finding.
MISTAKES = [
    ({"type": "string", "enum": [1]}, "error", "/enum"),
    ({"type": "string", "enum": ["a", 1]}, "error", "/enum/1"),
    ({"minimum": 2, "maximum": 1}, "error", "/minimum"),
    ({"exclusiveMinimum": 1, "maximum": 1}, "error", "/exclusiveMinimum"),
    ({"type": "integer", "minimum": 0.2, "maximum": 0.8}, "error", "/minimum"),
    ({"minLength": 2, "maxLength": 1}, "error", "/minLength"),
    ({"minItems": 2, "maxItems": 1}, "error", "/minItems"),
    ({"minItems": 1, "items": False}, "error", "/minItems"),
    ({"minProperties": 2, "maxProperties": 1}, "error", "/minProperties"),
    ({"required": ["a", "b"], "maxProperties": 1}, "error", "/maxProperties"),
    ({"required": ["a"], "properties": {"a": False}}, "error", "/required"),
    ({"required": ["a"], "additionalProperties": False}, "error", "/required"),
    ({"required": ["a"], "not": {"required": ["a"]}}, "error", "/not"),
    ({"pattern": "^a", "enum": ["b"]}, "error", "/enum"),
    ({"type": "string", "const": 1}, "error", "/const"),
    ({"enum": []}, "error", "/enum"),
    ({"allOf": [{"type": "string"}, {"type": "null"}]}, "error", ""),
    ({"minLength": 3, "allOf": [{"maxLength": 2}]}, "warning", ""),
    ({"$ref": "#/$defs/text", "const": 1, **DEFINITIONS}, "error", ""),
    ({"allOf": [False]}, "error", "/allOf/0"),
    ({"not": {}}, "error", "/not"),
    (False, "error", ""),
    ({"oneOf": [{"type": "null"}, {"type": "null"}]}, "error", "/oneOf/1"),
    ({"oneOf": [{"type": "null"}, {"type": "null", "title": "again"}]}, "error", "/oneOf/1"),
    ({"anyOf": [{"type": "null"}, {"type": "null"}]}, "warning", "/anyOf/1"),
    ({"type": "string", "anyOf": [{"type": "null"}, {"minLength": 1}]}, "error", "/anyOf/0"),
    ({"oneOf": [{"type": "null"}, False]}, "error", "/oneOf/1"),
    (DEFINITIONS, "warning", "/$defs/text"),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, "error", "/$defs/a"),
    ({"$ref": "https://example.com/a.json"}, "error", "/$ref"),
    ({"typo": 1}, "error", "/typo"),
    ({"pattern": "("}, "error", "/pattern"),
    ({"type": "text"}, "error", "/type"),
    (
        {"properties": {"a": {"type": "string"}}, "allOf": [{"properties": {"a": {"type": "null"}}}]},
        "error",
        "/properties/a",
    ),
]
SCHEMAS = st.recursive(
    st.booleans()
    | st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["string", "integer", "number", "null", "object", ["string", "null"]]),
            "enum": st.lists(st.sampled_from(["a", "b", 1, 2.5, None]), max_size=2),
            "const": st.sampled_from(["a", 1, None]),
            "minimum": st.integers(0, 3),
            "exclusiveMaximum": st.integers(0, 3),
            "maximum": st.integers(0, 3),
            "minLength": st.integers(0, 2),
            "maxLength": st.integers(0, 2),
            "pattern": st.sampled_from(["^a", "b"]),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array", "string"]),
            "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
            "required": st.lists(st.sampled_from("ab"), max_size=2, unique=True),
            "additionalProperties": st.booleans(),
            "items": inner,
            "minItems": st.integers(0, 1),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "not": st.fixed_dictionaries({}, optional={"required": st.just(["a"])}),
        },
    ),
    max_leaves=6,
)
PIECES = ["", "a", "b", "ab", "ba", 0, 1, 2, 3, 0.5, 1.5, 2.5, None, True]
VALUES = [
    *PIECES,
    [],
    *([piece] for piece in PIECES),
    {},
    *({name: piece} for name in "ab" for piece in (*PIECES, [], {})),
    *({"a": one, "b": two} for one in PIECES for two in PIECES),
]


def findings(schema):
    return lint([SchemaDocument("schema.json", "", schema)])


@pytest.mark.parametrize(("schema", "severity", "pointer"), MISTAKES, ids=[json.dumps(one[0]) for one in MISTAKES])
def test_each_kind_of_mistake_is_found_at_its_place(schema, severity, pointer):
    assert (severity, pointer) in {(one.severity, one.pointer) for one in findings(schema)}


@pytest.mark.parametrize(("schema", "severity", "pointer"), MISTAKES, ids=[json.dumps(one[0]) for one in MISTAKES])
def test_mistakes_are_found_below_a_property(schema, severity, pointer):
    if "$defs" in str(schema):
        return
    outer = {"properties": {"p": schema}}
    found = {(one.severity, one.pointer) for one in findings(outer)}
    assert schema is False or (severity, "/properties/p" + pointer) in found


def test_contradiction_about_objects_is_a_warning_if_other_values_match():
    schema = {"type": "array", "allOf": [{"required": ["a"]}, {"additionalProperties": False}]}
    assert [(one.severity, one.pointer) for one in findings(schema)] == [("warning", "")]
    assert ("error", "") in {(one.severity, one.pointer) for one in findings(schema | {"type": "object"})}


@given(SCHEMAS)
@settings(max_examples=300)
def test_values_of_a_schema_with_a_finding_prove_it(schema):
    """Look for a value that a finding calls impossible."""
    validator = jsonschema_rs.Draft202012Validator(schema)
    for one in findings(schema):
        steps = one.pointer.split("/")[1:]
        if one.severity == "error" and not steps:
            assert not any(validator.is_valid(value) for value in VALUES), one
        if one.message == "this branch can never match" and len(steps) == 2:
            branch = jsonschema_rs.Draft202012Validator({"allOf": [schema, schema[steps[0]][int(steps[1])]]})
            assert not any(branch.is_valid(value) for value in VALUES), one


@given(
    st.lists(st.dictionaries(st.text("ab", min_size=1), st.none() | st.integers() | st.text() | st.lists(st.text())))
)
def test_inferred_plans_have_no_finding(events):
    inference = Inference()
    for properties in events:
        inference.add_event("E", properties)
    assert [one for schema in inference.plan()["events"].values() for one in findings(schema)] == []


def test_packaged_contracts_have_no_finding():
    documents = [SchemaDocument(name, "", load_contract(name).schema) for name in names()]
    assert lint(documents) == []


def test_reference_to_a_document_that_is_not_given_is_an_error():
    found = findings(load_contract("track").schema)
    assert [(one.severity, one.pointer) for one in found] == [("error", "/allOf/0/$ref")]


def test_other_mistakes_are_found_next_to_an_unknown_keyword():
    assert {one.pointer for one in findings({"typo": 1, "minimum": 2, "maximum": 1})} == {"/typo", "/minimum"}


def test_draft_07_is_known():
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"minimum": 2, "maximum": 1}}}
    assert [one.pointer for one in findings(schema)] == ["/properties/a/minimum"]


def test_plan_has_pointers_of_its_file(tmp_path):
    file = tmp_path / "plan.json"
    events = {"Signed Up": {"enum": []}, "a/b": {"typo": 1}}
    file.write_text(json.dumps({"version": 1, "wrong": 1, "events": events, "visitor": {"enum": []}}))
    documents, problems = read_contract_file(Path(file))
    assert [one.place for one in problems] == [f"{file}: /wrong"]
    assert {one.pointer for one in lint(documents)} == {"/events/Signed Up/enum", "/events/a~1b/typo", "/visitor/enum"}


def test_csv_and_folder_are_read(tmp_path):
    (tmp_path / "one.json").write_text(json.dumps({"type": "object", "properties": {"a": {"enum": []}}}))
    documents, problems = read_contract_file(tmp_path)
    assert problems == []
    assert [one.pointer for one in lint(documents)] == ["/one/properties/a/enum"]


def test_file_that_is_not_json_is_an_error(tmp_path):
    file = tmp_path / "plan.json"
    file.write_text("{")
    with pytest.raises(PlanError, match="not JSON"):
        read_contract_file(file)
