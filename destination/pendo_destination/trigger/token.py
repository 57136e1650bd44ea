"""The words of a trigger's text, cut exactly as Segment's lexer cuts them (observed in fql-ts 1.10.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_destination.javascript.utf16 import utf16_text
from pendo_destination.trigger.error import trigger_error

if TYPE_CHECKING:
    from pendo_destination.errors import ConfigurationError


class Token(NamedTuple):
    """One word: its kind, its value (a string keeps its quotes, a name loses its escapes) and its place in the text."""

    kind: str
    value: str
    start: int
    end: int


_SPACE: Final = r" \t\n"
_END: Final = rf"(?=[{_SPACE},\])]|\Z)"
_ESCAPE: Final = r"\\[\0-\uffff]"
_NAME: Final = rf"(?:[A-Za-z_]|{_ESCAPE})(?:[A-Za-z0-9_-]|{_ESCAPE}){{0,99998}}+"
_UNIT: Final = rf"[^{_SPACE},\])\U00010000-\U0010ffff]"

_LEXEMES: Final = {
    "space": rf"[{_SPACE}]+",
    "operator": rf"!(?=[A-Za-z(])|!={_END}|=|[<>]={_END}|[<>]",
    "conditional": rf"(?:and|or){_END}",
    "null": rf"null{_END}",
    # At the very end of a text Segment loses what follows an a, o or n that might have begun and, or, null.
    "cut": rf"a{_UNIT}?\Z|o\Z|n(?:{_UNIT}{{,2}}|[\U00010000-\U0010ffff])\Z",
    "name": rf"{_NAME}(?=[{_SPACE},\]).(=!]|\Z)",
    "number": rf"[-+0-9][0-9]*+(?:\.(?!{_END})[0-9]*+)?+(?!\.)",
    # A quote that no space, comma or bracket follows closes nothing for good: it also opens the next string.
    "string": "|".join(rf"{quote}[^{quote}]{{,99999}}(?:{quote}{_END}|(?={quote}))" for quote in "\"'"),
    "dot": r"\.",
    "opening": r"\(",
    "closing": r"\)",
    "mark": r"[\[\],]",
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
        (r"(?=.)", "remove this character, Segment reads none like it outside quotes"),
    )
]


def lex(text: str) -> list[Token]:
    """Cut a text into tokens, the last of kind `end`; raise ConfigurationError at a character Segment cannot read."""
    tokens: list[Token] = []
    for found in _LEXEME.finditer(text):
        kind = str(found.lastgroup)
        if kind == "unreadable":
            raise _unreadable(text, found.start())
        if kind != "space":
            tokens.append(Token(*_worth(kind, found.group()), *found.span()))
    return [*_with_paths(tokens), Token("end", "eos", len(text), len(text))]


def _worth(kind: str, lexeme: str) -> tuple[str, str]:
    match kind:
        case "cut":
            return "name", lexeme[0]
        case "name":
            return "name", utf16_text(_ESCAPED.sub(r"\1", lexeme))
        case "string":
            quote = lexeme[0]
            return "string", f"{quote}{lexeme.strip(quote)}{quote}"
        case _:
            return kind, lexeme


def _with_paths(tokens: list[Token]) -> list[Token]:
    """Join names around a dot into one name: properties.plan, but not properties.0."""
    whole: list[Token] = []
    for token in tokens:
        match [*whole[-2:], token]:
            case [Token("name") as head, Token("dot"), Token("name")]:
                whole[-2:] = [Token("name", f"{head.value}.{token.value}", head.start, token.end)]
            case _:
                whole.append(token)
    return whole


def _unreadable(text: str, start: int) -> ConfigurationError:
    place, advice = next((place, advice) for pattern, advice in _ADVICE if (place := pattern.match(text, start)))
    return trigger_error(advice, column=place.end() + 1, text=text)
