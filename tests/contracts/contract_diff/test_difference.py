import copy
from itertools import islice

import pytest

from pendo_contracts.contract_diff.contract_set import make_contract_set
from pendo_contracts.contract_diff.difference import Example, compare
from tests.stress.contract_diff.measure import all_mutations, is_found, packaged_schemas

EVERY = 101


def difference(old, new, examples=()):
    return compare(make_contract_set("old", {"one": old}), make_contract_set("new", {"one": new}), examples)


@pytest.mark.timeout(300)
def test_events_show_changed_constraints_of_packaged_schemas():
    chosen = list(islice(all_mutations(), 0, None, EVERY))
    assert [str(mutation) for mutation in chosen if not is_found(mutation)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"minimum": 3}, {"minimum": 4}),
        ({"multipleOf": 3}, {"multipleOf": 6}),
        ({"type": "string", "maxLength": 5}, {"type": "string", "maxLength": 4}),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}),
        ({"required": ["a"]}, {"required": ["a", "b"]}),
        ({"type": "object"}, {"type": "object", "properties": {"a": True}, "additionalProperties": False}),
        ({"type": "string"}, {"type": "string", "pattern": "^a+$"}),
        ({"items": {"type": "string"}}, {"items": {"type": "string", "minLength": 1}}),
        ({"type": "array"}, {"type": "array", "uniqueItems": True}),
        ({"type": "array"}, {"type": "array", "contains": {"const": 1}}),
        ({"prefixItems": [{"type": ["null", "string"]}]}, {"prefixItems": [{"type": "string"}]}),
        ({"dependentRequired": {}}, {"dependentRequired": {"a": ["b"]}}),
        ({"anyOf": [{"const": 1}, {"const": 2}]}, {"anyOf": [{"const": 1}]}),
        ({"anyOf": [{"minimum": 1}, {"const": 0}]}, {"oneOf": [{"minimum": 1}, {"type": "integer"}]}),
        ({"not": {"const": 1}}, {"not": {"enum": [1, 2]}}),
        (True, {"if": {"required": ["a"]}, "then": {"required": ["b"]}}),
        ({"propertyNames": {"maxLength": 5}}, {"propertyNames": {"maxLength": 4}}),
        (
            {"allOf": [{"properties": {"a": True}}]},
            {"allOf": [{"properties": {"a": True}}], "unevaluatedProperties": False},
        ),
    ],
)
def test_tightened_constraint_breaks_and_loosened_one_allows(old, new):
    assert difference(old, new).breaks
    assert difference(new, old).of_direction("allowed")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "minLength": 1}, {"minLength": 1, "type": ["string"]}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"title": "x", "type": "null"}, {"type": "null", "description": "y"}),
        ({"$defs": {"a": {"type": "null"}}, "items": {"$ref": "#/$defs/a"}}, {"items": {"type": "null"}}),
        (
            {"$defs": {"a": {"properties": {"b": {"$ref": "#/$defs/a"}}}}, "$ref": "#/$defs/a"},
            {"$defs": {"z": {"properties": {"b": {"$ref": "#/$defs/z"}}}}, "$ref": "#/$defs/z"},
        ),
        ({"format": "date"}, {}),
        ({"required": ["a", "b"]}, {"required": ["b", "a"]}),
        ({"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}),
    ],
)
def test_equivalent_contracts_have_no_difference(old, new):
    assert difference(old, new).of_direction("breaking") == difference(old, new).of_direction("allowed") == []


def test_schemas_in_another_order_have_no_difference():
    def reversed_keys(value):
        if isinstance(value, dict):
            return {name: reversed_keys(value[name]) for name in reversed(value)}
        return [reversed_keys(item) for item in value] if isinstance(value, list) else value

    schemas = packaged_schemas()
    changed = {name: reversed_keys(schema) for name, schema in schemas.items()}
    assert compare(make_contract_set("old", schemas), make_contract_set("new", changed)).differences == []


def test_corpus_is_used_before_generated_events():
    found = difference({"type": "string"}, {"maxLength": 3}, [Example("one", "log.har:7", "recorded")])
    assert [(one.source, one.event) for one in found.of_direction("breaking")] == [("log.har:7", "recorded")]


def test_same_seed_gives_the_same_result():
    schemas = packaged_schemas()
    changed = copy.deepcopy(schemas)
    changed["event"]["$defs"]["tracerId"]["pattern"] = "^[A-Z]{16}"
    results = [
        compare(make_contract_set("old", schemas), make_contract_set("new", changed), seed=3).differences
        for _ in range(2)
    ]
    assert results[0] == results[1]


def test_missing_contract_breaks():
    found = compare(make_contract_set("old", {"a": {"type": "null"}}), make_contract_set("new", {}))
    assert [one.event for one in found.of_direction("breaking")] == [None]
