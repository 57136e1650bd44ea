"""Mappings and events of any depth give a result or an error, in a time that grows with their size."""

import json
import time
from contextlib import suppress

import pytest

from pendo_destination.errors import ConfigurationError
from pendo_destination.mapping import compile_mapping, find_problems

PATH = {"@path": "$.x"}


def nest(depth, directive):
    value = PATH
    for _ in range(depth):
        value = directive(value)
    return {"a": value}


DIRECTIVES = {
    "@if": lambda value: {"@if": {"exists": PATH, "then": value}},
    "else": lambda value: {"@if": {"exists": PATH, "then": 1, "else": value}},
    "@literal": lambda value: {"@literal": value},
    "@merge": lambda value: {"@merge": {"direction": "left", "objects": [value]}},
    "@transform": lambda value: {"@transform": {"apply": {"x": value}, "mapping": PATH}},
    "@json": lambda value: {"@json": {"value": value, "mode": "encode"}},
    "object": lambda value: {"b": value},
    "list": lambda value: [value],
}


@pytest.mark.parametrize("directive", DIRECTIVES.values(), ids=DIRECTIVES)
def test_deep_mapping_is_a_problem(directive):
    mapping = nest(400, directive)
    (problem,) = find_problems(mapping)
    assert "nested" in problem.message
    with pytest.raises(ConfigurationError, match="nested"):
        compile_mapping(mapping)


@pytest.mark.parametrize("name", ["@if", "else", "@literal", "@transform"])
def test_checking_nested_directives_takes_linear_time(name):
    mapping = nest(30, DIRECTIVES[name])
    started = time.process_time()
    assert find_problems(mapping) == ()
    compile_mapping(mapping)({"x": {"y": 1}})
    assert time.process_time() - started < 0.5


def test_text_that_nested_directives_double_is_limited():
    with pytest.raises(ConfigurationError, match="@json: the text is longer"):
        compile_mapping(nest(40, DIRECTIVES["@json"]))({"x": {"y": 1}})


@pytest.mark.parametrize(
    "mapping",
    [
        {"a": {"@excludeWhenNull": {"@json": {"value": PATH, "mode": "decode"}}}},
        {"a": {"@flatten": {"separator": ".", "value": {"@json": {"value": PATH, "mode": "decode"}}}}},
        {"a": {"@json": {"value": {"@json": {"value": PATH, "mode": "decode"}}, "mode": "encode"}}},
        {"a": {"@template": "{{x}}"}},
        {"a": {"@liquid": "{{ x | json }}{{ x }}"}},
    ],
)
@pytest.mark.parametrize("depth", [200, 500, 900, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_deep_json_text_gives_a_value_or_an_error(mapping, depth, opening, closing):
    text = f"{opening * depth}1{closing * depth}"
    events = [{"x": text}] + ([{"x": json.loads(text)}] if depth <= 500 else [])
    for event in events:
        with suppress(ConfigurationError):
            compile_mapping(mapping)(event)
