"""Splits the text of a trigger into tokens exactly as Segment's lexer does (observed in fql-ts 1.10.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_destination.javascript.utf16 import utf16_text
from pendo_destination.trigger.error import trigger_error

if TYPE_CHECKING:
    from pendo_destination.errors import ConfigurationError


class Token(NamedTuple):
    """A token and its position in the text; a string's value keeps its quotes, a name's value has no escapes."""

    kind: str
    value: str
    start: int
    end: int


_SPACE: Final = r" \t\n"
_END: Final = rf"(?=[{_SPACE},\])]|\Z)"
# Python compiles the complement of the other characters much faster than the range of these.
_ESCAPE: Final = r"\\[^\U00010000-\U0010ffff]"
_NAME: Final = rf"(?:[A-Za-z_]|{_ESCAPE})(?:[A-Za-z0-9_-]|{_ESCAPE}){{0,99998}}+"
_UNIT: Final = rf"[^{_SPACE},\])\U00010000-\U0010ffff]"

_LEXEMES: Final = {
    "space": rf"[{_SPACE}]+",
    "operator": rf"!(?=[A-Za-z(])|!={_END}|=|[<>]={_END}|[<>]",
    "conditional": rf"(?:and|or){_END}",
    "null": rf"null{_END}",
    # At the end of a text Segment drops the characters after an a, o or n that could start `and`, `or` or `null`.
    "truncated": rf"a{_UNIT}?\Z|o\Z|n(?:{_UNIT}{{,2}}|[\U00010000-\U0010ffff])\Z",
    "name": rf"{_NAME}(?=[{_SPACE},\]).(=!]|\Z)",
    "number": rf"[-+0-9][0-9]*+(?:\.(?!{_END})[0-9]*+)?+(?!\.)",
    # A closing quote without a space, comma or bracket after it also opens the next string.
    "string": "|".join(rf"{quote}[^{quote}]{{,99999}}(?:{quote}{_END}|(?={quote}))" for quote in "\"'"),
    "dot": r"\.",
    "opening": r"\(",
    "closing": r"\)",
    "punctuation": r"[\[\],]",
    "unreadable": r".",
}
_LEXEME: Final = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _LEXEMES.items()), re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)

_ADVICE: Final = [
    (re.compile(pattern, re.DOTALL), advice)
    for pattern, advice in (
        (r"(?=!=)", "put a space after `!=`"),
        (r"(?=!)", "write `!=`, or put `!` directly before contains( or match("),
        (r"(?=[\"'])", "close this quote"),
        (r"[-+0-9][0-9.]*", "write a number with at most one decimal point, and a digit after it"),
        (_NAME, "put a space before this character, or a backslash if it belongs to the name"),
        (r"(?=\\)", "put the character to escape after this backslash"),
        (r"(?=.)", "remove this character: Segment accepts it only inside quotes"),
    )
]


def lex(text: str) -> list[Token]:
    """Split a text into tokens, the last of kind `end`; raise ConfigurationError for a character Segment rejects."""
    tokens: list[Token] = []
    for match in _LEXEME.finditer(text):
        kind = str(match.lastgroup)
        if kind == "unreadable":
            raise _unreadable_character(text, match.start())
        if kind != "space":
            tokens.append(Token(*_kind_and_value(kind, match.group()), *match.span()))
    return [*_join_paths(tokens), Token("end", "eos", len(text), len(text))]


def _kind_and_value(kind: str, lexeme: str) -> tuple[str, str]:
    match kind:
        case "truncated":
            return "name", lexeme[0]
        case "name":
            return "name", utf16_text(_ESCAPED.sub(r"\1", lexeme))
        case "string":
            quote = lexeme[0]
            return "string", f"{quote}{lexeme.strip(quote)}{quote}"
        case _:
            return kind, lexeme


def _join_paths(tokens: list[Token]) -> list[Token]:
    """Join names around a dot into one name: properties.plan, but not properties.0."""
    joined: list[Token] = []
    for token in tokens:
        match [*joined[-2:], token]:
            case [Token("name") as head, Token("dot"), Token("name")]:
                joined[-2:] = [Token("name", f"{head.value}.{token.value}", head.start, token.end)]
            case _:
                joined.append(token)
    return joined


def _unreadable_character(text: str, start: int) -> ConfigurationError:
    place, advice = next((place, advice) for pattern, advice in _ADVICE if (place := pattern.match(text, start)))
    return trigger_error(advice, column=place.end() + 1, text=text)
