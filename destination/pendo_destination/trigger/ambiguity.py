"""Finds the parts of a trigger that Segment accepts but reads in another way than the text suggests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_destination.trigger.comparison import OPERATORS
from pendo_destination.trigger.lexer import Token
from pendo_destination.trigger.parser import Fragment, parse_fragments
from pendo_destination.trigger.tree import BY_TYPE, FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PATTERN: Final = re.compile(r'"(\*[^*]*|[^*]*\*)"', re.DOTALL)


class Ambiguity(NamedTuple):
    """A part of a trigger that Segment reads in an unexpected way; `column` 1 is the first character."""

    column: int
    message: str

    def __str__(self) -> str:
        return f"column {self.column}: {self.message}"


def lint(source: str) -> tuple[Ambiguity, ...]:
    """Return, from left to right, the parts that Segment skips or reads in another way than the text suggests.

    Raises ConfigurationError if `parse` raises it.
    """
    fragments = parse_fragments(source).fragments
    tokens = [token for fragment in fragments for token in fragment.tokens]
    skipped = [token for fragment in fragments if fragment.kind == "skipped" for token in fragment.tokens]
    ambiguities = {
        *(one for fragment in fragments for check in _CHECKS[fragment.kind] for one in check(source, fragment)),
        *(one for token in tokens for one in _check_spelling(source, token)),
        *(_skipped_run(source, run) for run in _adjacent_runs(source, skipped)),
    }
    return tuple(sorted(ambiguities))


def find_failures(source: str) -> tuple[Ambiguity, ...]:
    """Return the parts that Segment parses but cannot evaluate: it fails for the events that reach these parts.

    Raises ConfigurationError if `parse` raises it.
    """
    fragments = parse_fragments(source).fragments
    return tuple(one for fragment in fragments for one in _check_evaluation(fragment))


def _check_evaluation(fragment: Fragment) -> Iterator[Ambiguity]:
    node = fragment.node
    if fragment.kind == "group" and not isinstance(node, dict):
        opening = fragment.tokens[0]
        yield _at(opening, "these parentheses contain no condition: Segment fails for events that reach them")
    name = node.get("name") if isinstance(node, dict) else None
    if isinstance(name, str) and name and not name.strip("[.]"):
        path = fragment.tokens[2 if fragment.kind == "function" else 0]
        yield _at(path, f"`{path.value}` names no member: Segment fails for events that reach it")


def _at(token: Token, message: str) -> Ambiguity:
    return Ambiguity(token.start + 1, message)


def _adjacent_runs(source: str, tokens: Iterable[Token]) -> list[list[Token]]:
    """Group tokens that have only white space between them."""
    runs: list[list[Token]] = []
    for token in tokens:
        if runs and not source[runs[-1][-1].end : token.start].strip():
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs


def _skipped_run(source: str, run: list[Token]) -> Ambiguity:
    quoted = f"`{source[run[0].start : run[-1].end]}` is skipped"
    match run[0]:
        case Token("operator", "!"):
            return _at(run[0], f"{quoted}: `!` negates only contains( and match(")
        case Token("name", word) if word.lower() in {"and", "or", "not"}:
            return _at(run[0], f"{quoted}: write `and` and `or` in lower case, and `!` before contains( or match(")
        case Token("name"):
            return _at(run[0], f"{quoted}: a trigger can test {FIELDS}")
        case _:
            return _at(run[0], quoted)


def _check_spelling(source: str, token: Token) -> Iterator[Ambiguity]:
    spelling = source[token.start : token.end]
    if token.kind == "string" and len(spelling) < len(token.value):
        yield Ambiguity(
            token.end + 1, "this quote opens another text: put a space after it, so that it closes the previous one"
        )
    if token.kind == "name" and spelling.startswith(token.value) and spelling != token.value and "\\" not in spelling:
        yield _at(token, f"Segment reads only `{token.value}` of `{spelling}`: put a space after it")


def _check_path(_: str, fragment: Fragment) -> Iterator[Ambiguity]:
    """Check the path of a condition or function: Segment reads `type.x` as `type`, `properties` as its own member."""
    if not isinstance(fragment.node, dict):
        return
    field = BY_TYPE[fragment.node["type"]]
    path = fragment.tokens[2 if fragment.kind == "function" else 0]
    read_as = f"{field.head}.{fragment.node['name']}" if field.has_path else field.head
    if path.value != read_as:
        yield _at(path, f"`{path.value}` is read as {read_as}")


def _check_operator(_: str, fragment: Fragment) -> Iterator[Ambiguity]:
    operator = fragment.tokens[1]
    if operator.kind == "dot":
        yield _at(operator, "the path ends at this dot: put a backslash before the next character")
    elif isinstance(fragment.node, dict) and fragment.node["operator"] not in OPERATORS:
        yield _at(operator, f"`{operator.value}` is not an operator: this condition is never true")


def _check_value(_: str, fragment: Fragment) -> Iterator[Ambiguity]:
    operator, value = fragment.tokens[1:3]
    is_text = isinstance(fragment.node, dict) and "value" in fragment.node
    match value:
        case Token("end"):
            yield _at(value, "the value is missing, so Segment takes the text `eos`: write a value")
        case Token("string", quoted) if quoted.startswith("'"):
            yield _at(value, f"the single quotes belong to the value {quoted}: write double quotes")
        case Token("operator", "=") if operator.value in {"<", ">"}:
            yield _at(value, f"put a space after `{operator.value}=`: here `=` is the value")
        case Token("null") if is_text:
            yield _at(value, "here null is the text `null`")
        case Token("name", "true" | "false") if is_text:
            yield _at(value, f"here {value.value} is the text `{value.value}`, which equals no boolean")
        case Token("operator" | "conditional" | "dot" | "opening" | "closing" | "punctuation"):
            yield _at(value, f"`{value.value}` is taken as the value")


def _check_call(source: str, fragment: Fragment) -> Iterator[Ambiguity]:
    function, opening, path, comma, value, *closing = fragment.tokens
    if not isinstance(fragment.node, dict):
        fields = FIELDS.removeprefix("type, ")
        yield _at(function, f"`{function.value}({path.value}` is skipped: {function.value}( can test {fields}")
        return
    if [source[sign.start : sign.start + 1] for sign in (opening, comma, *closing)] != ["(", ",", ")"]:
        yield _at(function, f"this is read as {function.value}({path.value}, {value.value}): write it like that")
    if function.value == "match" and not _PATTERN.fullmatch(value.value):
        meaning = f"{fragment.node['operator'].replace('_', ' ')} `{fragment.node['value']}`"
        yield _at(value, f"this means {meaning}: write one * at the start or end of a text in double quotes")
    elif value.value.startswith("'"):
        yield _at(value, f"the single quotes belong to the value {value.value}: write double quotes")


def _check_group(_: str, fragment: Fragment) -> Iterator[Ambiguity]:
    opening, *inside = fragment.tokens
    yield from _check_evaluation(fragment)
    if any(token.kind == "opening" for token in inside):
        yield _at(opening, "this parenthesis ends at the first `)`, that of contains( or match(")


def _check_conditionals(_: str, fragment: Fragment) -> Iterator[Ambiguity]:
    if len({conditional.value for conditional in fragment.tokens}) > 1:
        last = fragment.tokens[-1]
        yield _at(last, f"`and` and `or` are mixed: this last `{last.value}` joins the whole group, use parentheses")


_CHECKS: Final[dict[str, tuple[Callable[[str, Fragment], Iterator[Ambiguity]], ...]]] = {
    "condition": (_check_path, _check_operator, _check_value),
    "function": (_check_path, _check_call),
    "group": (_check_group,),
    "conditionals": (_check_conditionals,),
    "skipped": (),
}
