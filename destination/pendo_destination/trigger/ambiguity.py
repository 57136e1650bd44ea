"""Places where Segment accepts a trigger and understands something else than the text seems to say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_destination.trigger.comparison import COMPARISONS
from pendo_destination.trigger.parser import Piece, read
from pendo_destination.trigger.token import Token
from pendo_destination.trigger.tree import BY_TYPE, FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PATTERN: Final = re.compile(r'"(\*[^*]*|[^*]*\*)"', re.DOTALL)


class Misreading(NamedTuple):
    """What Segment makes of one place in a text; `column` 1 is the first character."""

    column: int
    message: str


def warnings(source: str) -> tuple[Misreading, ...]:
    """List, from left to right, what Segment silently skips or understands otherwise.

    Raises ConfigurationError where `parse` does.
    """
    pieces = read(source).pieces
    found = [misreading for piece in pieces for check in _CHECKS[piece.kind] for misreading in check(source, piece)]
    spelling = [misreading for piece in pieces for token in piece.tokens for misreading in _misspelt(source, token)]
    skipped = _runs(source, [token for piece in pieces if piece.kind == "skipped" for token in piece.tokens])
    return tuple(sorted({*found, *spelling, *(_skipped(source, run) for run in skipped)}))


def _at(token: Token, message: str) -> Misreading:
    return Misreading(token.start + 1, message)


def _runs(source: str, tokens: Iterable[Token]) -> list[list[Token]]:
    """Put together the tokens between which nothing but space stands."""
    runs: list[list[Token]] = []
    for token in tokens:
        if runs and not source[runs[-1][-1].end : token.start].strip():
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs


def _skipped(source: str, run: list[Token]) -> Misreading:
    quoted = f"`{source[run[0].start : run[-1].end]}` is skipped"
    match run[0]:
        case Token("operator", "!"):
            return _at(run[0], f"{quoted}: `!` negates only contains( and match(")
        case Token("name", word) if word.lower() in {"and", "or", "not"}:
            return _at(run[0], f"{quoted}: write `and` and `or` in lower case, and `!` before contains( or match(")
        case Token("name"):
            return _at(run[0], f"{quoted}: a trigger asks about {FIELDS}")
        case _:
            return _at(run[0], quoted)


def _misspelt(source: str, token: Token) -> Iterator[Misreading]:
    spelt = source[token.start : token.end]
    if token.kind == "string" and len(spelt) < len(token.value):
        yield Misreading(token.end + 1, "this quote opens another text: put a space after it to close the one before")
    if token.kind == "name" and spelt.startswith(token.value) and spelt != token.value and "\\" not in spelt:
        yield _at(token, f"Segment reads only `{token.value}` of `{spelt}`: put a space after it")


def _path(_: str, piece: Piece) -> Iterator[Misreading]:
    """Check the path of a condition or function: `type.x` loses its `.x`, `properties` alone doubles."""
    if not isinstance(piece.node, dict):
        return
    field = BY_TYPE[piece.node["type"]]
    path = piece.tokens[2 if piece.kind == "function" else 0]
    understood = f"{field.head}.{piece.node['name']}" if field.pathed else field.head
    if path.value != understood:
        yield _at(path, f"`{path.value}` is read as {understood}")


def _operator(_: str, piece: Piece) -> Iterator[Misreading]:
    operator = piece.tokens[1]
    if operator.kind == "dot":
        yield _at(operator, "the path ends at this dot: put a backslash before what follows it")
    elif isinstance(piece.node, dict) and piece.node["operator"] not in COMPARISONS:
        yield _at(operator, f"`{operator.value}` is no operator: this condition never holds")


def _value(_: str, piece: Piece) -> Iterator[Misreading]:
    operator, value = piece.tokens[1:3]
    is_text = isinstance(piece.node, dict) and "value" in piece.node
    match value:
        case Token("end"):
            yield _at(value, "nothing follows, so the value is the text `eos`")
        case Token("string", quoted) if quoted.startswith("'"):
            yield _at(value, f"the single quotes belong to the value {quoted}: write double quotes")
        case Token("operator", "=") if operator.value in {"<", ">"}:
            yield _at(value, f"put a space after `{operator.value}=`: here `=` is the value")
        case Token("null") if is_text:
            yield _at(value, "here null is the text `null`")
        case Token("name", "true" | "false") if is_text:
            yield _at(value, f"here {value.value} is the text `{value.value}`, which no boolean equals")
        case Token("operator" | "conditional" | "dot" | "opening" | "closing" | "mark"):
            yield _at(value, f"`{value.value}` is taken as the value")


def _call(source: str, piece: Piece) -> Iterator[Misreading]:
    called, opening, path, comma, value, *closing = piece.tokens
    if not isinstance(piece.node, dict):
        fields = FIELDS.removeprefix("type, ")
        yield _at(called, f"`{called.value}({path.value}` is skipped: it can ask about {fields}")
        return
    if [source[mark.start : mark.start + 1] for mark in (opening, comma, *closing)] != ["(", ",", ")"]:
        yield _at(called, f"this is read as {called.value}({path.value}, {value.value}): write it like that")
    if called.value == "match" and not _PATTERN.fullmatch(value.value):
        meant = f"{piece.node['operator'].replace('_', ' ')} `{piece.node['value']}`"
        yield _at(value, f"this means {meant}: write one * at the start or end of a text in double quotes")
    elif value.value.startswith("'"):
        yield _at(value, f"the single quotes belong to the value {value.value}: write double quotes")


def _group(_: str, piece: Piece) -> Iterator[Misreading]:
    opening, *inside = piece.tokens
    if not isinstance(piece.node, dict):
        yield _at(opening, "these parentheses hold no condition: Segment fails at events that reach them")
    if any(token.kind == "opening" for token in inside):
        yield _at(opening, "this parenthesis ends at the first `)`, that of contains( or match(")


def _joints(_: str, piece: Piece) -> Iterator[Misreading]:
    if len({joint.value for joint in piece.tokens}) > 1:
        last = piece.tokens[-1]
        yield _at(last, f"`and` and `or` are mixed: this last `{last.value}` joins all beside it, use parentheses")


_CHECKS: Final[dict[str, tuple[Callable[[str, Piece], Iterator[Misreading]], ...]]] = {
    "condition": (_path, _operator, _value),
    "function": (_path, _call),
    "group": (_group,),
    "joints": (_joints,),
    "skipped": (),
}
