"""From a trigger's text to its tree, as Segment reads it (observed in destination-subscriptions 3.37.0).

The grammar is loose: words Segment does not know are skipped, the two words after a field are its operator and value
whatever they are, and the last `and` or `or` of a group joins all of it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from pendo_destination.javascript.values import INHERITED, UNDEFINED
from pendo_destination.trigger.condition import condition, function_condition
from pendo_destination.trigger.error import NOTHING_READ, trigger_error
from pendo_destination.trigger.token import Token, lex
from pendo_destination.trigger.tree import BY_HEAD, FIELDS, Field, Node, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_destination.errors import ConfigurationError


class Piece(NamedTuple):
    """A part of a text as Segment reads it: a condition, a function, a group, a group's joints, or what is skipped.

    `node` is what becomes of it in the tree; UNDEFINED if nothing does.
    """

    kind: str
    tokens: tuple[Token, ...]
    node: Node = UNDEFINED


class Reading(NamedTuple):
    """A text that was read: its tree and the pieces it was read in."""

    tree: Tree
    pieces: list[Piece]


def parse(source: str) -> Tree:
    """Read a trigger's text into its tree; raise ConfigurationError where Segment's parseFql returns an error."""
    return read(source).tree


def read(source: str) -> Reading:
    """Read a trigger's text into its tree and say in which pieces; raises ConfigurationError as `parse` does."""
    group = _Group(source, lex(source), [])
    node = group.read()
    if not isinstance(node, dict):
        raise trigger_error(f"write a condition on one of {FIELDS}", column=1, text=source)
    tree = node if node["type"] == "group" else {"type": "group", "operator": "and", "children": [node]}
    return Reading(tree, group.pieces)


class _Group:
    """A group while it is being read: the whole text, or the inside of a pair of parentheses."""

    def __init__(self, source: str, tokens: Iterable[Token], pieces: list[Piece]) -> None:
        self.source = source
        self.tokens = deque(tokens)
        self.end = self.tokens[-1]
        self.pieces = pieces
        self.children: list[Node] = []
        self.joints: list[Token] = []

    def read(self) -> Node:
        while (token := self.next()) and token.kind != "end":
            self.take(token)
        self.pieces.append(Piece("joints", tuple(self.joints)))
        if len(self.children) > 1:
            operator = self.joints[-1].value if self.joints else "and"
            return {"type": "group", "operator": operator, "children": self.children}
        return self.children[0] if self.children else UNDEFINED

    def next(self) -> Token | None:
        return self.tokens.popleft() if self.tokens else None

    def take(self, token: Token) -> None:
        match token:
            case Token("conditional"):
                self.joints.append(token)
            case Token("opening"):
                self.read_group(token)
            case Token("name", "contains" | "match"):
                self.read_function(token)
            case Token("operator", "!") if self.tokens[0][:2] in {("name", "contains"), ("name", "match")}:
                self.read_function(self.tokens.popleft(), negation="not_")
            case Token("name", path) if (head := path.split(".")[0]) in BY_HEAD or head in INHERITED:
                self.read_condition(token, BY_HEAD.get(head))
            case _:
                self.pieces.append(Piece("skipped", (token,)))

    def add(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self.children.append(piece.node)

    def error(self, advice: str, token: Token, segment_message: str = NOTHING_READ) -> ConfigurationError:
        return trigger_error(advice, column=token.start + 1, text=self.source, segment_message=segment_message)

    def read_group(self, opening: Token) -> None:
        inside: list[Token] = []
        while (token := self.next()) and token.kind != "closing":
            inside.append(token)
        if token is None:
            nested = ")" in self.source[opening.start :]
            advice = "write this without parentheses inside parentheses" if nested else "close this parenthesis"
            raise self.error(advice, opening)
        inside.append(Token("end", "eos", token.start, token.start))
        self.add(Piece("group", (opening, *inside), _Group(self.source, inside, self.pieces).read()))

    def read_condition(self, named: Token, field: Field | None) -> None:
        operator, value = self.next(), self.next()
        if operator is None or value is None:
            raise self.error(f"write an operator and a value after `{named.value}`", self.end, "Value token is missing")
        tokens = (named, operator, value)
        if field is None:
            self.pieces.extend(Piece("skipped", (token,)) for token in tokens)
        else:
            self.add(Piece("condition", tokens, condition(field, *tokens)))

    def read_function(self, called: Token, negation: str = "") -> None:
        opening, path, comma, value, closing = (self.next() for _ in range(5))
        if path is None or value is None:
            missing = f"{called.value}() is missing a {'1st' if path is None else '2nd'} argument"
            raise self.error(f'write a field and a text: {called.value}(event, "...")', self.end, missing)
        tokens = tuple(token for token in (called, opening, path, comma, value, closing) if token)
        node = function_condition(called.value, negation, path, value)
        if node is None:
            self.pieces.append(Piece("function", tokens))
        else:
            self.add(Piece("function", tokens, node))
