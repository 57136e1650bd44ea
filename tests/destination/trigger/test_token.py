"""A text is cut into the words Segment cuts."""

import pytest

from pendo_destination.errors import ConfigurationError
from pendo_destination.trigger.token import lex


def words(text: str) -> list[str]:
    return [token.value for token in lex(text)[:-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('type="track"', ["type", "=", '"track"']),
        ("properties . plan = 5", ["properties.plan", "=", "5"]),
        ("properties.a\\ b\\.c = 5", ["properties.a b.c", "=", "5"]),
        ("properties.\\\ud83d\\\ude00 = 5", ["properties.\U0001f600", "=", "5"]),
        ("properties.a.0", ["properties.a", ".", "0"]),
        ("properties.and != null", ["properties", ".", "and", "!=", "null"]),
        ("android and oranges", ["android", "and", "oranges"]),
        ("a >=5 >= 5", ["a", ">", "=", "5", ">=", "5"]),
        ("1e5 -.5 +", ["1", "e5", "-.5", "+"]),
        ('"a"b" c', ['"a"', '"b"', "c"]),
        ("'it' \"'\"", ["'it'", '"\'"']),
        ("!contains(!(", ["!", "contains", "(", "!", "("]),
    ],
)
def test_words_end_where_segment_ends_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("text", ["an", "a!", "na", "n=", "nul", "n\U0001f600", "na "])
def test_a_keyword_begun_at_the_very_end_loses_the_rest(text: str) -> None:
    assert words(text) == (["na"] if text.endswith(" ") else [text[0]])


@pytest.mark.parametrize(
    ("text", "column", "advice"),
    [
        ('type!="x"', 5, "after `!=`"),
        ("type ! x", 6, "`!`"),
        ('type = "x', 8, "close this quote"),
        ("a>5", 2, "put a space"),
        ("properties.a[0] = 5", 13, "put a space"),
        ("properties.b = 5.", 18, "decimal point"),
        ("properties.b = 1.2.3", 21, "decimal point"),
        ("type = \\", 8, "backslash"),
        ("\r", 1, "remove"),
        ("type\u00a0= 5", 5, "put a space"),
    ],
)
def test_an_unreadable_character_is_pointed_at(text: str, column: int, advice: str) -> None:
    with pytest.raises(ConfigurationError, match=advice) as failure:
        lex(text)
    assert failure.value.column == column
