import copy
import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping import compile_mapping, transform

KEYS = st.sampled_from(["a", "b", "c", "1"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda parts: st.lists(parts) | st.dictionaries(KEYS, parts)
)
PATHS = st.builds(lambda keys: {"@path": "$." + ".".join(keys)}, st.lists(KEYS, max_size=3))
MAPPINGS = st.dictionaries(
    KEYS,
    st.recursive(
        PATHS | VALUES,
        lambda parts: (
            st.dictionaries(KEYS, parts)
            | st.lists(parts)
            | st.builds(lambda part: {"@literal": part}, parts)
            | st.builds(lambda part: {"@excludeWhenNull": part}, parts)
            | st.builds(lambda part, other: {"@if": {"exists": part, "then": other, "else": part}}, PATHS, parts)
            | st.builds(lambda *objects: {"@merge": {"objects": list(objects), "direction": "left"}}, PATHS, PATHS)
        ),
        max_leaves=8,
    ),
)
EVENTS = st.dictionaries(KEYS, VALUES)


def has_undefined_members(value):
    if isinstance(value, dict):
        return any(member is UNDEFINED or has_undefined_members(member) for member in value.values())
    return isinstance(value, list) and any(map(has_undefined_members, value))


@settings(deadline=None)
@given(MAPPINGS, EVENTS)
def test_payload_objects_have_no_undefined_members(mapping, event):
    assert not has_undefined_members(compile_mapping(mapping)(event))


@settings(deadline=None)
@given(MAPPINGS, EVENTS)
def test_mapping_and_event_stay_unchanged(mapping, event):
    before = copy.deepcopy((mapping, event))
    compile_mapping(mapping)(event)
    assert (mapping, event) == before


@settings(deadline=None)
@given(MAPPINGS, EVENTS)
def test_transform_gives_the_same_result_as_compile_mapping(mapping, event):
    assert transform(mapping, event) == compile_mapping(mapping)(event)


@settings(deadline=None)
@given(MAPPINGS, EVENTS)
def test_compiled_mapping_ignores_later_changes(mapping, event):
    resolve = compile_mapping(mapping)
    before = json.dumps(resolve(event), default=repr)
    mapping.clear()
    assert json.dumps(resolve(event), default=repr) == before


@pytest.mark.parametrize("event", [None, "s", 5, [], True, dt.datetime.now(dt.UTC)])
@pytest.mark.parametrize("mapping", [{"a": 1}, {"@path": "$.a"}])
def test_event_must_be_an_object(mapping, event):
    with pytest.raises(ConfigurationError, match="data must be an object, got "):
        compile_mapping(mapping)(event)


def test_missing_event_is_an_empty_object():
    assert transform({"a": {"@path": "$.x"}, "b": 1}) == {"b": 1}


def test_invalid_event_is_reported_before_invalid_mapping():
    with pytest.raises(ConfigurationError, match="data must be an object, got null"):
        transform({"@bogus": 1}, None)


def test_transform_drops_undefined_members_of_the_event():
    event = {"a": {"b": UNDEFINED, "c": [UNDEFINED, {"d": UNDEFINED}]}}
    assert transform({"x": {"@path": "$.a"}}, event) == {"x": {"c": [UNDEFINED, {}]}}


def test_event_values_are_not_copied():
    event = {"traits": {"a": 1}}
    assert compile_mapping({"x": {"@path": "$.traits"}})(event)["x"] is event["traits"]


def test_root_directive_may_resolve_to_any_value():
    assert compile_mapping({"@path": "$.missing"})({}) is UNDEFINED
    assert compile_mapping({"@literal": [1]})({}) == [1]


def test_unchecked_directives_fail_only_when_resolved():
    resolve = compile_mapping(
        {"x": [{"@if": {"exists": {"@path": "$.a"}, "then": {"@literal": [{"@bogus": 1}]}, "else": 1}}]}
    )
    assert resolve({}) == {"x": [1]}
    with pytest.raises(ConfigurationError, match="@bogus is not a valid directive"):
        resolve({"a": 1})


def test_transform_directive_drops_undefined_members():
    apply = {"a": {"@path": "$.s"}, "gone": {"@path": "$.missing"}}
    assert (
        compile_mapping(
            {"@transform": {"apply": apply, "mapping": {"@json": {"mode": "encode", "value": {"@path": ""}}}}}
        )({"s": 1})
        == '{"a":1}'
    )


def test_transform_directive_checks_its_mapping_and_payload():
    resolve = compile_mapping({"x": [{"@transform": {"apply": {"a": {"@bogus": 1}}, "mapping": {"b": 1}}}]})
    with pytest.raises(ConfigurationError, match="/a has an invalid directive: @bogus"):
        resolve({})
    resolve = compile_mapping({"@arrayPath": ["$.l", {"@transform": {"apply": {"a": 1}, "mapping": {"b": 1}}}]})
    with pytest.raises(ConfigurationError, match="data must be an object, got number"):
        resolve({"l": [5]})
