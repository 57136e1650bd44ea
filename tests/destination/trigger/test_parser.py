"""Texts give the same trees as in Segment's parser; errors have a column and say how to correct the text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.errors import ConfigurationError
from pendo_destination.trigger import Tree, parse

SCRAPS = st.sampled_from(
    [
        *(
            "type",
            "event",
            "name",
            "properties.plan",
            "contains(",
            "match(",
            "(",
            ")",
            "[",
            ",",
            "=",
            "!=",
            "<",
            "<=",
            "!",
        ),
        *(
            '"',
            "'",
            '"x"',
            '"*x"',
            "\\",
            ".",
            "and",
            "or",
            "null",
            "an",
            "nu",
            "5",
            "5.",
            "1.2",
            "-",
            " ",
            "\n",
            "\r",
            "😀",
        ),
    ]
)
TEXTS = st.lists(SCRAPS).map("".join) | st.lists(SCRAPS).map(" ".join) | st.text()


def parse_error(text: str) -> ConfigurationError | None:
    try:
        parse(text)
    except ConfigurationError as error:
        return error
    return None


def parse_condition(text: str) -> Tree:
    (condition,) = parse(text)["children"]
    return dict(condition)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ('type = "track"', {"type": "event-type", "operator": "=", "value": "track"}),
        ("event = null", {"type": "event", "operator": "=", "value": "null"}),
        ("userId != null", {"type": "userId", "operator": "exists"}),
        ("traits.vip = true", {"type": "event-trait", "name": "vip", "operator": "is_true"}),
        ("traits.vip != true", {"type": "event-trait", "name": "vip", "operator": "!=", "value": True}),
        ("properties.a = 5", {"type": "event-property", "name": "a", "operator": "number_equals", "value": 5}),
        ("properties.a < 5.5", {"type": "event-property", "name": "a", "operator": "<", "value": 5.5}),
        ("type =", {"type": "event-type", "operator": "=", "value": "eos"}),
        ("!contains(event, 5)", {"type": "event", "operator": "not_contains", "value": "5"}),
        (
            'match(context.ip, "10.*")',
            {"type": "event-context", "name": "ip", "operator": "starts_with", "value": "10."},
        ),
        ('match(event, "\U0001f600x")', {"type": "event", "operator": "ends_with", "value": "\ude00x"}),
    ],
)
def test_condition_is_parsed_as_in_segment(text: str, condition: Tree) -> None:
    assert parse_condition(text) == condition


def test_last_and_or_or_joins_the_whole_group() -> None:
    tree = parse('type = "a" or type = "b" and type = "c"')
    assert tree["operator"] == "and"
    assert [condition["value"] for condition in tree["children"]] == ["a", "b", "c"]


def test_unknown_words_are_skipped() -> None:
    assert parse('groupId = "g" and type = "track" ]') == parse('type = "track"')


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "Cannot read properties of undefined (reading 'type')"),
        ("()", 1, "Cannot read properties of undefined (reading 'type')"),
        ("type", 5, "Value token is missing"),
        ("(type) = 5", 6, "Value token is missing"),
        ("constructor", 12, "Value token is missing"),
        ("contains", 9, "contains() is missing a 1st argument"),
        ("match(event", 12, "match() is missing a 2nd argument"),
        ('type = "a" and (event = "b"', 16, "Cannot read properties of undefined (reading 'type')"),
        ('((type = "a"))', 2, "Cannot read properties of undefined (reading 'type')"),
    ],
)
def test_error_has_column_and_segments_message(text: str, column: int, message: str) -> None:
    error = parse_error(text)
    assert error
    assert (error.column, error.segment_message) == (column, message)


@settings(deadline=None)
@given(TEXTS)
def test_error_column_lies_inside_the_text(text: str) -> None:
    error = parse_error(text)
    if error:
        assert error.text == text
        assert error.column in range(1, len(text) + 2)
        assert str(error).startswith(error.message)
