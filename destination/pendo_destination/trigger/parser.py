"""Parses the text of a trigger into its tree, like Segment (observed in destination-subscriptions 3.37.0).

The grammar is loose: unknown words are skipped, any two words after a field are its operator and value, and the last
`and` or `or` of a group joins the whole group.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from pendo_destination.javascript.values import INHERITED, UNDEFINED
from pendo_destination.trigger.condition import build_condition, build_function_condition
from pendo_destination.trigger.error import NOTHING_READ, trigger_error
from pendo_destination.trigger.lexer import Token, lex
from pendo_destination.trigger.tree import BY_HEAD, FIELDS, Field, Node, Tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_destination.errors import ConfigurationError


class Fragment(NamedTuple):
    """A part of a trigger's text; its kind is `condition`, `function`, `group`, `conditionals` or `skipped`.

    `conditionals` are all the `and` and `or` of a group. `node` is the fragment's node in the tree, else UNDEFINED.
    """

    kind: str
    tokens: tuple[Token, ...]
    node: Node = UNDEFINED


class ParsedTrigger(NamedTuple):
    """The tree of a trigger and the fragments of its text."""

    tree: Tree
    fragments: list[Fragment]


def parse(source: str) -> Tree:
    """Parse a trigger's text into its tree; raise ConfigurationError if Segment's parseFql returns an error."""
    return parse_fragments(source).tree


def parse_fragments(source: str) -> ParsedTrigger:
    """Parse a trigger's text into its tree and fragments; raise ConfigurationError if `parse` raises it."""
    group = _GroupParser(source, lex(source), [])
    node = group.parse()
    if not isinstance(node, dict):
        raise trigger_error(f"write a condition on one of {FIELDS}", column=1, text=source)
    tree = node if node["type"] == "group" else {"type": "group", "operator": "and", "children": [node]}
    return ParsedTrigger(tree, group.fragments)


class _GroupParser:
    """Parses one group: the whole text, or the inside of a pair of parentheses."""

    def __init__(self, source: str, tokens: Iterable[Token], fragments: list[Fragment]) -> None:
        self.source = source
        self.tokens = deque(tokens)
        self.end = self.tokens[-1]
        self.fragments = fragments
        self.children: list[Node] = []
        self.conditionals: list[Token] = []

    def parse(self) -> Node:
        while (token := self.next_token()) and token.kind != "end":
            self.parse_fragment(token)
        self.fragments.append(Fragment("conditionals", tuple(self.conditionals)))
        if len(self.children) > 1:
            operator = self.conditionals[-1].value if self.conditionals else "and"
            return {"type": "group", "operator": operator, "children": self.children}
        return self.children[0] if self.children else UNDEFINED

    def next_token(self) -> Token | None:
        return self.tokens.popleft() if self.tokens else None

    def parse_fragment(self, token: Token) -> None:
        match token:
            case Token("conditional"):
                self.conditionals.append(token)
            case Token("opening"):
                self.parse_group(token)
            case Token("name", "contains" | "match"):
                self.parse_function(token)
            case Token("operator", "!") if self.tokens[0][:2] in {("name", "contains"), ("name", "match")}:
                self.parse_function(self.tokens.popleft(), negation="not_")
            case Token("name", path) if (head := path.split(".")[0]) in BY_HEAD or head in INHERITED:
                self.parse_condition(token, BY_HEAD.get(head))
            case _:
                self.fragments.append(Fragment("skipped", (token,)))

    def add_node(self, fragment: Fragment) -> None:
        self.fragments.append(fragment)
        self.children.append(fragment.node)

    def error(self, advice: str, token: Token, segment_message: str = NOTHING_READ) -> ConfigurationError:
        return trigger_error(advice, column=token.start + 1, text=self.source, segment_message=segment_message)

    def parse_group(self, opening: Token) -> None:
        inside: list[Token] = []
        while (token := self.next_token()) and token.kind != "closing":
            inside.append(token)
        if token is None:
            nested = ")" in self.source[opening.start :]
            advice = "write this without parentheses inside parentheses" if nested else "close this parenthesis"
            raise self.error(advice, opening)
        inside.append(Token("end", "eos", token.start, token.start))
        node = _GroupParser(self.source, inside, self.fragments).parse()
        self.add_node(Fragment("group", (opening, *inside), node))

    def parse_condition(self, path: Token, field: Field | None) -> None:
        operator, value = self.next_token(), self.next_token()
        if operator is None or value is None:
            raise self.error(f"write an operator and a value after `{path.value}`", self.end, "Value token is missing")
        tokens = (path, operator, value)
        if field is None:
            self.fragments.extend(Fragment("skipped", (token,)) for token in tokens)
        else:
            self.add_node(Fragment("condition", tokens, build_condition(field, *tokens)))

    def parse_function(self, function: Token, negation: str = "") -> None:
        opening, path, comma, value, closing = (self.next_token() for _ in range(5))
        if path is None or value is None:
            missing = f"{function.value}() is missing a {'1st' if path is None else '2nd'} argument"
            raise self.error(f'write a field and a text: {function.value}(event, "...")', self.end, missing)
        tokens = tuple(token for token in (function, opening, path, comma, value, closing) if token)
        node = build_function_condition(function.value, negation, path, value)
        if node is None:
            self.fragments.append(Fragment("function", tokens))
        else:
            self.add_node(Fragment("function", tokens, node))
