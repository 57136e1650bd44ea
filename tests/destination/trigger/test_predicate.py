"""A compiled trigger gives the results of Segment's validate and does not change the event."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.errors import ConfigurationError
from pendo_destination.trigger import compile_trigger

TRIGGERS = [
    *(
        'type = "track"',
        'event != "x"',
        "userId = null",
        "properties.a = true",
        "properties.a.b >= 5",
        "properties.a != 5",
    ),
    *(
        'contains(properties.a, "x")',
        '!match(traits.a, "x*")',
        'match(context.a.b, "*x")',
        "properties.constructor != null",
    ),
    *(
        'type = "track" and properties.a != null',
        'type = "page" or (traits.a = false and name = "x")',
        "context.a.0 = 5",
    ),
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["x", "track", "", "xx", "5"]),
    lambda values: st.lists(values, max_size=2) | st.dictionaries(st.sampled_from(["a", "b", "0"]), values, max_size=2),
    max_leaves=4,
)
EVENTS = st.dictionaries(
    st.sampled_from(["type", "event", "name", "userId", "properties", "traits", "context"]), VALUES, max_size=5
)


@settings(deadline=None)
@given(st.sampled_from(TRIGGERS), EVENTS)
def test_predicate_returns_a_boolean_and_keeps_the_event(trigger: str, event: dict[str, Any]) -> None:
    before = deepcopy(event)
    assert compile_trigger(trigger)(event) in {True, False}
    assert repr(event) == repr(before)


@pytest.mark.parametrize(
    ("trigger", "properties", "matches"),
    [
        ('properties.a = "5"', {"a": 5}, False),
        ('properties.a != "5"', {"a": 5}, True),
        ('properties.a != "5"', {}, True),
        ("properties.a = 5", {"a": 5.0}, True),
        ("properties.a = 1", {"a": True}, False),
        ("properties.a != 5", {}, False),
        ('properties.a < " 0x10 "', {"a": 15}, True),
        ("properties.a = 9007199254740992", {"a": 9007199254740993}, True),
        ('!contains(properties.a, "x")', {}, False),
        ('match(properties.a, "\U0001f600x")', {"a": "\U0001f600x"}, True),
        ("properties.a.b.c = false", {"a": {"b": False}}, True),
        ("properties.a.length = 2", {"a": "\U0001f600"}, True),
        ("properties.a\\[1\\] = 7", {"a": {"1": 7}}, True),
        ("properties.toString != null", {}, True),
        ("properties.toString != null", None, False),
    ],
)
def test_values_are_compared_as_in_javascript(trigger: str, properties: Any, matches: bool) -> None:  # noqa: FBT001 - a column of the table
    assert compile_trigger(trigger)({"properties": properties}) is matches


def test_empty_parentheses_fail_only_when_reached() -> None:
    trigger = compile_trigger('type = "track" and ()')
    assert trigger({"type": "page"}) is False
    with pytest.raises(ConfigurationError, match="parentheses"):
        trigger({"type": "track"})


def test_path_of_dots_fails_for_every_event() -> None:
    trigger = compile_trigger("properties.\\. != null")
    with pytest.raises(ConfigurationError, match="dots"):
        trigger({"properties": {}})


def test_invalid_trees_match_no_event() -> None:
    assert compile_trigger({"operator": "xor", "children": []})({}) is False
    assert compile_trigger({"error": {"message": "broken"}})({}) is False


def test_unreadable_text_does_not_compile() -> None:
    with pytest.raises(ConfigurationError):
        compile_trigger('type!="track"')
