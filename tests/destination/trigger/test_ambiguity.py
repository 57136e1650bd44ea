"""`lint` reports the parts of a trigger that Segment reads in another way than the text suggests."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.errors import ConfigurationError
from pendo_destination.trigger import lint, parse

WORDS = st.sampled_from(
    [
        *(
            "type",
            "event",
            "foo",
            "properties.a",
            "properties",
            "propertiesx",
            "contains(",
            "match(",
            "!contains(",
            "!(",
        ),
        *(
            "(",
            ")",
            "=",
            "!=",
            ">",
            ">=",
            "=5",
            '"x"',
            '"x"and',
            "'x'",
            '"*x*"',
            "and",
            "or",
            "AND",
            "null",
            "true",
            "na",
        ),
        *(".", ",", "[", "\\a", "constructor"),
    ]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('foo = "x" and type = "track"', [(1, '`foo = "x"` is skipped')]),
        ('NOT type = "track" AND event = "x"', [(1, "`NOT` is skipped"), (20, "`AND` is skipped")]),
        ('!(type = "track")', [(1, "`!` negates only")]),
        ('type = "a" or type = "b" and event = "c"', [(26, "this last `and` joins the whole group")]),
        ('type = "track"and event = "x"', [(14, "is skipped"), (14, "opens another text"), (27, "opens another text")]),
        ("type = 'track'", [(8, "single quotes belong to the value")]),
        ("contains(event, 'x')", [(17, "single quotes belong to the value")]),
        ("type =", [(7, "the text `eos`")]),
        ("event = null", [(9, "the text `null`")]),
        ("traits.vip != true", [(15, "equals no boolean")]),
        ("event = na", [(9, "reads only `n` of `na`")]),
        ('event like "x"', [(7, "not an operator")]),
        ("properties.a >=5", [(15, "space after `>=`"), (16, "`5` is skipped")]),
        ('properties.a.0 = "x"', [(13, "ends at this dot"), (16, "is skipped")]),
        ('type.x = "track"', [(1, "is read as type")]),
        ("properties != null", [(1, "is read as properties.properties")]),
        ('contains(traitsx, "x")', [(10, "is read as traits.traitsx")]),
        ('contains(type, "x") or type = "a"', [(1, "is skipped: contains( can test event,")]),
        ('contains(event "x") and type = "a"', [(1, "this is read as contains(event, ))")]),
        ('match(event, "abc")', [(14, "ends with `bc`")]),
        ('match(event, "*a*")', [(14, "starts with `*a`")]),
        ('type = "a" and ()', [(16, "contain no condition")]),
        ('(contains(event, "a") and type = "b")', [(1, "ends at the first `)`"), (37, "`)` is skipped")]),
    ],
)
def test_ambiguities_are_reported_with_their_column(text: str, expected: list[tuple[int, str]]) -> None:
    ambiguities = lint(text)
    assert [ambiguity.column for ambiguity in ambiguities] == [column for column, _ in expected]
    assert all(part in ambiguity.message for ambiguity, (_, part) in zip(ambiguities, expected, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        'type = "track" and event = "Order Completed"',
        "type = track and (traits.plan = pro or traits.plan = team)",
        '!match(properties.\\0, "x*") or contains( event , "" )',
        "properties . a = 5 and context.ip != null and userId = true",
        '(type = "identify" or type = "group") and traits.vip = true',
    ],
)
def test_clear_triggers_have_no_ambiguities(text: str) -> None:
    assert lint(text) == ()


def test_ambiguity_is_printed_with_its_column() -> None:
    assert str(lint("event = null")[0]) == "column 9: here null is the text `null`"


@settings(deadline=None)
@given(st.lists(WORDS).map(" ".join))
def test_columns_lie_inside_the_text(text: str) -> None:
    try:
        parse(text)
    except ConfigurationError:
        with pytest.raises(ConfigurationError):
            lint(text)
    else:
        columns = [ambiguity.column for ambiguity in lint(text)]
        assert columns == sorted(columns)
        assert all(1 <= column <= len(text) + 1 for column in columns)
