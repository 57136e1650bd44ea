import pytest

from pendo_destination.errors import ConfigurationError
from pendo_destination.mapping import compile_mapping, find_problems


@pytest.mark.parametrize(
    ("mapping", "problem"),
    [
        ({"x": {"@bogus": 1}}, "/x has an invalid directive: @bogus."),
        ({"x": {"@path": "a", "more": 1}}, "/x should only have one @-prefixed key but it has 2 keys."),
        ({"x": {"@path": 1}}, "/x/@path should be a string or a mapping directive but it is a number."),
        ({"x": {"@if": []}}, "/x/@if should be an object but it is an array."),
        ({"x": {"@json": {"value": 1}}}, '/x/@json should have field "mode" but it doesn\'t.'),
        ({"x": {"@json": {"value": 1, "mode": "x"}}}, '/x/@json/mode should be one of encode, decode but it is "x".'),
        (
            {"x": {"@replace": {"value": "", "pattern": ""}}},
            "/x/@replace/pattern should be a string of length 1 or greater.",
        ),
        ({"x": {"@arrayPath": []}}, "/x/@arrayPath should be a string or a mapping directive but it is an undefined."),
        (
            {"x": {"@merge": {"objects": [{"@path": 1}]}}},
            "/@path should be a string or a mapping directive but it is a number.",
        ),
        (None, "/ Cannot convert undefined or null to object."),
    ],
)
def test_problems_have_segments_messages(mapping, problem):
    assert [f"{each.path} {each.message}." for each in find_problems(mapping)] == [problem]


def test_problems_come_in_javascripts_key_order():
    mapping = {"b": {"@x": 1}, "1": {"@y": 1}, "ok": {"@path": "$.a"}, "c": {"d": {"@z": 1}}}
    assert [problem.path for problem in find_problems(mapping)] == ["/1", "/b", "/c/d"]


def test_directive_options_are_checked_only_if_their_object_is_valid():
    assert len(find_problems({"@if": {"exists": {"@x": 1}, "then": {"@y": 1}}})) == 2
    assert len(find_problems({"@replace": {"unknown": {"@x": 1}}})) == 1


def test_array_elements_are_not_checked():
    assert find_problems({"x": [{"@bogus": 1}, {"@path": 1}]}) == ()


@pytest.mark.parametrize(
    ("mapping", "name"),
    [
        ({"@path": 1}, "ValidationError"),
        ({"x": {"@path": 1}}, "AggregateError"),
        ({"@if": {"then": {"@x": 1}}}, "AggregateError"),
    ],
)
def test_mapping_with_problems_does_not_compile(mapping, name):
    with pytest.raises(ConfigurationError) as raised:
        compile_mapping(mapping)
    assert raised.value.problems == find_problems(mapping)
    assert raised.value.segment_name == name
