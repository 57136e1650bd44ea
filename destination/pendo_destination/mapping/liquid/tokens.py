"""The marks of a template, text, `{{ outputs }}` and `{% tags %}`, as tokens for the Liquid library's parser.

An output or a tag is two tokens, the mark and its expression; a token's source ends where the token ends.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from liquid.token import TOKEN_CONTENT, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG, Token

from pendo_destination.mapping.liquid.error import excerpt, failure

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANKS: Final = (
    "\t\n\v\f\r \u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
LETTER: Final = rf"(?:[-?0-9A-Za-z_]|[^\x00-\x7f{BLANKS}\u201c\u201d])"

_OPENING: Final = re.compile(r"\{[{%]")
_OUTPUT: Final = re.compile(
    rf"""\{{\{{(-?)[{BLANKS}]*+((?:'(?:\\.|[^'\\])*+'|"(?:\\.|[^"\\])*+"|[^'"])*?)[{BLANKS}]*(-?)\}}\}}""", re.DOTALL
)
_TAG: Final = re.compile(rf"\{{%(-?)[{BLANKS}]*+(.*?)[{BLANKS}]*(-?)%\}}", re.DOTALL)
_ENDRAW: Final = re.compile(rf"\{{%[{BLANKS}]*endraw(?!{LETTER})(?:(?!\{{%).)*?(-?)%\}}", re.DOTALL)
_LINE: Final = re.compile(rf"[{BLANKS}]*+([^\n]+)\n?")
_NAME: Final = re.compile(rf"(#|{LETTER}*)[{BLANKS}]*")


def marks(template: str) -> Iterator[Token]:
    """Take a template apart; `-` trims the text next to a mark, and what is inside of `raw` is text."""
    position, trimmed = 0, ""
    while opening := _OPENING.search(template, position):
        mark = _closed(template, opening)
        yield from _text(template[position : mark.start()], trimmed, mark[1])
        position, trimmed = mark.end(), mark[3]
        if mark.re is _OUTPUT:
            yield Token(TOKEN_OUTPUT, "", mark.start(), template[: mark.end()])
            yield Token(TOKEN_EXPRESSION, mark[2], mark.start(2), template[: mark.end(2)])
            continue
        tag, expression = _tag(template, mark.span(), mark.span(2), "illegal tag syntax, tag name expected")
        if tag.value == "raw":
            end = _endraw(template, mark)
            yield from _text(template[position : end.start()])
            position, trimmed = end.end(), end[1]
        else:
            yield tag
            yield expression
    yield from _text(template[position:], trimmed)


def lines(expression: Token) -> Iterator[Token]:
    """Take the tags of a `liquid` tag apart, one on each line."""
    for line in _LINE.finditer(expression.source, expression.start_index):
        inside = (line.start(1), line.start(1) + len(line[1].rstrip(BLANKS)))
        yield from _tag(expression.source, (line.start(1), line.end()), inside, "illegal liquid tag syntax")


def _text(text: str, after: str = "", before: str = "") -> Iterator[Token]:
    text = text.lstrip(BLANKS) if after else text
    text = text.rstrip(BLANKS) if before else text
    yield Token(TOKEN_CONTENT, text, 0, text)


def _closed(template: str, opening: re.Match[str]) -> re.Match[str]:
    begin = opening.start()
    what, pattern = ("output", _OUTPUT) if opening.group() == "{{" else ("tag", _TAG)
    mark = pattern.match(template, begin)
    if mark is None:
        raise failure("TokenizationError", f"{what} {excerpt(template[begin:])} not closed", template, begin)
    return mark


def _endraw(template: str, raw: re.Match[str]) -> re.Match[str]:
    end = _ENDRAW.search(template, raw.end())
    if end is None and raw.end() == len(template):
        raise failure("ParseError", f"tag {raw.group()} not closed", template, raw.start())
    if end is None:
        message = f"raw {excerpt(template[raw.start() :])} not closed"
        raise failure("TokenizationError", message, template, raw.end())
    return end


def _tag(template: str, whole: tuple[int, int], inside: tuple[int, int], refusal: str) -> tuple[Token, Token]:
    named = _NAME.match(template, *inside)
    if named is None or not named[1]:
        raise failure("TokenizationError", refusal, template, inside[0])
    tag = Token(TOKEN_TAG, named[1], whole[0], template[: whole[1]])
    arguments = template[named.end() : inside[1]]
    return tag, Token(TOKEN_EXPRESSION, arguments, named.end(), template[: inside[1]])
