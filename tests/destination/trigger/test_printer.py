"""Trees are printed as Segment prints them; parsing the text gives the same tree if that is possible."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.errors import ConfigurationError
from pendo_destination.trigger import Tree, lint, parse, print_trigger

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters='"*'))
NUMBERS = st.integers(-(10**6), 10**6).map(lambda number: number / 8)
KEYS = TEXTS.filter(lambda key: key not in {"", "and", "or", "null"} and "." not in key and key[0] not in "-0123456789")
NAMES = st.lists(KEYS, min_size=1, max_size=2).map(".".join)
FIELD = st.fixed_dictionaries({"type": st.sampled_from(["event", "name", "userId"])})
MEMBER = st.fixed_dictionaries(
    {"type": st.sampled_from(["event-property", "event-trait", "event-context"]), "name": NAMES}
)


def conditions(
    subject: st.SearchStrategy[Tree], operators: str, **value: st.SearchStrategy[Any]
) -> st.SearchStrategy[Tree]:
    rest = st.fixed_dictionaries({"operator": st.sampled_from(operators.split())} | value)
    return st.tuples(subject, rest).map(lambda parts: parts[0] | parts[1])


def groups(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    joint = st.sampled_from(["and", "or"])
    several = st.lists(children, min_size=2, max_size=3)
    return st.fixed_dictionaries({"type": st.just("group"), "operator": joint, "children": several})


COMPARISONS = (
    conditions(FIELD | MEMBER, "= !=", value=TEXTS)
    | conditions(MEMBER, "< <= > >= number_equals number_not_equals", value=NUMBERS)
    | conditions(MEMBER, "exists not_exists is_true is_false")
)
FUNCTIONS = conditions(
    FIELD | MEMBER,
    "contains not_contains starts_with not_starts_with ends_with not_ends_with",
    value=TEXTS.filter(bool),
)


@settings(deadline=None)
@given(groups(COMPARISONS | FUNCTIONS | groups(COMPARISONS)))
def test_printed_trees_parse_back_without_ambiguities(tree: Tree) -> None:
    printed = print_trigger(tree)
    assert parse(printed) == tree
    assert lint(printed) == ()


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"type": "event-type", "operator": "=", "value": "track"}, 'type = "track"'),
        ({"type": "userId", "operator": "not_exists"}, "userId = null"),
        ({"type": "event-trait", "name": "a b.c[0]", "operator": "is_true"}, "traits.a\\ b.c\\[0\\] = true"),
        (
            {"type": "event-property", "name": "\U0001f600", "operator": ">", "value": "5.0"},
            "properties.\\\ud83d\\\ude00 > 5",
        ),
        ({"type": "event-context", "name": "a", "operator": "<", "value": "x"}, "context.a < NaN"),
        ({"type": "event", "operator": "not_ends_with", "value": 1e21}, '!match(event, "*1e+21")'),
        ({"type": "event", "operator": "contains", "value": True}, "contains(event, true)"),
        ({"type": "name", "operator": "like", "value": 'a"b'}, 'name like "a"b"'),
        ({"type": "name"}, 'name undefined "undefined"'),
    ],
)
def test_condition_is_printed_as_in_segment(condition: Tree, text: str) -> None:
    assert print_trigger({"type": "group", "operator": "and", "children": [condition]}) == text


def test_single_group_is_printed_without_parentheses() -> None:
    inner = {"type": "group", "operator": "or", "children": [{"type": "event", "operator": "exists"}] * 2}
    assert print_trigger({"operator": "and", "children": [inner]}) == "event != null or event != null"


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"operator": "and"}, "Cannot read properties of undefined (reading 'map')"),
        ({"operator": "and", "children": [None]}, "Cannot read properties of null (reading 'type')"),
        ({"operator": "and", "children": [{"type": "screen"}]}, "Unknown condition type"),
        ({"error": {"message": "broken"}}, "broken"),
    ],
)
def test_unprintable_tree_has_segments_message(tree: Tree, message: str) -> None:
    with pytest.raises(ConfigurationError) as failure:
        print_trigger(tree)
    assert failure.value.segment_message == message
