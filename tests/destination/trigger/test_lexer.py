"""Texts are split into the same tokens as by Segment's lexer."""

import pytest

from pendo_destination.errors import ConfigurationError
from pendo_destination.trigger.lexer import lex


def token_values(text: str) -> list[str]:
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
def test_tokens_end_as_in_segments_lexer(text: str, expected: list[str]) -> None:
    assert token_values(text) == expected


@pytest.mark.parametrize("text", ["an", "a!", "na", "n=", "nul", "n\U0001f600", "na "])
def test_incomplete_keyword_at_the_end_becomes_its_first_character(text: str) -> None:
    assert token_values(text) == (["na"] if text.endswith(" ") else [text[0]])


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
def test_unreadable_character_error_has_its_column(text: str, column: int, advice: str) -> None:
    with pytest.raises(ConfigurationError, match=advice) as failure:
        lex(text)
    assert failure.value.column == column
