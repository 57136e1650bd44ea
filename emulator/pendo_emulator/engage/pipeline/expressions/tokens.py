"""Splits the text of an expression into tokens."""

from __future__ import annotations

import math
import re
from typing import Final, NamedTuple

from pendo_contracts.common.javascript_numbers import SAFE_INTEGER
from pendo_contracts.common.safe_text import visible
from pendo_emulator.engage.pipeline.expressions.error import ExpressionError

MAX_LENGTH: Final = 100_000
MAX_TOKENS: Final = 20_000

_BLANK: Final = " \t\r\n"
_TOKEN: Final = re.compile(
    r"""[ \t\r\n]*(?:
    (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[^\W\d]\w*)
    |(?P<string>"[^"\\]*(?:\\["\\][^"\\]*)*")
    |(?P<raw>`[^`]*`)
    |(?P<comment>/[/*])
    |(?P<symbol>&&|\|\||[=!<>]=|[-+*/%<>!()\[\],.:])
    )""",
    re.VERBOSE,
)
_STRING_START: Final = re.compile(r'"[^"\\]*(?:\\["\\][^"\\]*)*')
_ESCAPE: Final = re.compile(r'\\(["\\])')
_AFTER_NUMBER: Final = re.compile(r"\w")
_ADVICE: Final = {
    "'": "write strings in double quotes",
    "`": "close this raw string with a second `",
    "=": "write == to compare",
    "&": "write && for and",
    "|": "write || for or",
    "?": "write if(condition, a, b)",
}


class Token(NamedTuple):
    """A token of kind `number`, `string`, `name`, `symbol` or `end`.

    `value` is the value of a number or string, else the text.
    """

    kind: str
    value: str | float
    column: int


def tokenize(text: str) -> list[Token]:
    """Return the tokens of an expression with a token `end` after the last one; raise ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"shorten this expression to at most {MAX_LENGTH:,} characters", MAX_LENGTH + 1)
    tokens: list[Token] = []
    position, end = 0, len(text.rstrip(_BLANK))
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise _unreadable(text, len(text) - len(text[position:].lstrip(_BLANK)))
        tokens.append(_token(found, str(found.lastgroup)))
        if len(tokens) > MAX_TOKENS:
            raise ExpressionError(f"shorten this expression to at most {MAX_TOKENS:,} words and signs", position + 1)
        position = found.end()
    tokens.append(Token("end", "", len(text) + 1))
    return tokens


def unescape(quoted: str) -> str:
    """Return the value of a string in double quotes."""
    return _ESCAPE.sub(r"\1", quoted[1:-1]) if "\\" in quoted else quoted[1:-1]


def number_value(text: str, column: int) -> float:
    """Return the value of a number: all numbers are 64-bit floats (documented); a whole one is returned as an int."""
    value = float(text)
    if math.isinf(value):
        raise ExpressionError("write a number below 1.8e308", column)
    return int(value) if value.is_integer() and value <= SAFE_INTEGER else value


def _token(found: re.Match[str], kind: str) -> Token:
    text, column = found[kind], found.start(kind) + 1
    match kind:
        case "symbol" | "name":
            return Token(kind, text, column)
        case "string":
            return Token("string", unescape(text), column)
        case "raw":
            return Token("string", text[1:-1], column)
        case "number" if _AFTER_NUMBER.match(found.string, found.end()):
            raise ExpressionError(f"put an operator or a blank after {visible(text, 30)}", found.end() + 1)
        case "number":
            return Token(kind, number_value(text, column), column)
        case _:
            raise ExpressionError("remove this comment: an expression has none", column)


def _unreadable(text: str, position: int) -> ExpressionError:
    character = text[position]
    if character == '"':
        start = _STRING_START.match(text, position)
        end = start.end() if start else position
        if end < len(text):
            return ExpressionError(r"write \\ for a backslash and \" for a quote; no other escape exists", end + 1)
        return ExpressionError("close this string with a second double quote", position + 1)
    advice = _ADVICE.get(character, f"remove the character {visible(character)}, which no expression contains")
    return ExpressionError(advice, position + 1)
