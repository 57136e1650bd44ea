"""Splits a template into text, `{{ outputs }}` and `{% tags %}`, as tokens for the Liquid library's parser.

An output or tag gives two tokens, the output or tag and its expression. A token's source ends where the token ends.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from liquid.token import TOKEN_CONTENT, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG, Token

from pendo_destination.mapping.liquid.error import quote_excerpt, template_error

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANKS: Final = (
    "\t\n\v\f\r \u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
IDENTIFIER_CHARACTER: Final = rf"(?:[-?0-9A-Za-z_]|[^\x00-\x7f{BLANKS}\u201c\u201d])"

_OPENING: Final = re.compile(r"\{[{%]")
_OUTPUT: Final = re.compile(
    rf"""\{{\{{(-?)[{BLANKS}]*+((?:'(?:\\.|[^'\\])*+'|"(?:\\.|[^"\\])*+"|[^'"])*?)[{BLANKS}]*(-?)\}}\}}""", re.DOTALL
)
_TAG: Final = re.compile(rf"\{{%(-?)[{BLANKS}]*+(.*?)[{BLANKS}]*(-?)%\}}", re.DOTALL)
_ENDRAW: Final = re.compile(rf"\{{%[{BLANKS}]*endraw(?!{IDENTIFIER_CHARACTER})(?:(?!\{{%).)*?(-?)%\}}", re.DOTALL)
_LINE: Final = re.compile(rf"[{BLANKS}]*+([^\n]+)\n?")
_TAG_NAME: Final = re.compile(rf"(#|{IDENTIFIER_CHARACTER}*)[{BLANKS}]*")


def tokenize(template: str) -> Iterator[Token]:
    """Split a template; `-` trims the text next to an output or tag, and the contents of `raw` are text."""
    position, trim_start = 0, ""
    while opening := _OPENING.search(template, position):
        markup = _match_markup(template, opening)
        yield from _text(template[position : markup.start()], trim_start, markup[1])
        position, trim_start = markup.end(), markup[3]
        if markup.re is _OUTPUT:
            yield Token(TOKEN_OUTPUT, "", markup.start(), template[: markup.end()])
            yield Token(TOKEN_EXPRESSION, markup[2], markup.start(2), template[: markup.end(2)])
            continue
        tag, expression = _tag(template, markup.span(), markup.span(2), "illegal tag syntax, tag name expected")
        if tag.value == "raw":
            end = _find_endraw(template, markup)
            yield from _text(template[position : end.start()])
            position, trim_start = end.end(), end[1]
        else:
            yield tag
            yield expression
    yield from _text(template[position:], trim_start)


def tokenize_lines(expression: Token) -> Iterator[Token]:
    """Split the expression of a `liquid` tag into tags, one on each line."""
    for line in _LINE.finditer(expression.source, expression.start_index):
        inside = (line.start(1), line.start(1) + len(line[1].rstrip(BLANKS)))
        yield from _tag(expression.source, (line.start(1), line.end()), inside, "illegal liquid tag syntax")


def _text(text: str, trim_start: str = "", trim_end: str = "") -> Iterator[Token]:
    text = text.lstrip(BLANKS) if trim_start else text
    text = text.rstrip(BLANKS) if trim_end else text
    yield Token(TOKEN_CONTENT, text, 0, text)


def _match_markup(template: str, opening: re.Match[str]) -> re.Match[str]:
    start = opening.start()
    kind, pattern = ("output", _OUTPUT) if opening.group() == "{{" else ("tag", _TAG)
    markup = pattern.match(template, start)
    if markup is None:
        raise template_error(
            "TokenizationError", f"{kind} {quote_excerpt(template[start:])} not closed", template, start
        )
    return markup


def _find_endraw(template: str, raw: re.Match[str]) -> re.Match[str]:
    end = _ENDRAW.search(template, raw.end())
    if end is None and raw.end() == len(template):
        raise template_error("ParseError", f"tag {raw.group()} not closed", template, raw.start())
    if end is None:
        message = f"raw {quote_excerpt(template[raw.start() :])} not closed"
        raise template_error("TokenizationError", message, template, raw.end())
    return end


def _tag(template: str, span: tuple[int, int], inner_span: tuple[int, int], error: str) -> tuple[Token, Token]:
    """Return a tag's two tokens; `inner_span` holds its name and expression, `error` is the message without a name."""
    name = _TAG_NAME.match(template, *inner_span)
    if name is None or not name[1]:
        raise template_error("TokenizationError", error, template, inner_span[0])
    tag = Token(TOKEN_TAG, name[1], span[0], template[: span[1]])
    expression = template[name.end() : inner_span[1]]
    return tag, Token(TOKEN_EXPRESSION, expression, name.end(), template[: inner_span[1]])
