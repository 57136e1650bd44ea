"""Parses the text of an expression into its tree (the grammar is documented as that of C)."""

from __future__ import annotations

from typing import Final, NoReturn

from pendo_emulator.engage.pipeline.expressions.error import ExpressionError
from pendo_emulator.engage.pipeline.expressions.functions.catalog import check_call
from pendo_emulator.engage.pipeline.expressions.tokens import Token, tokenize
from pendo_emulator.engage.pipeline.expressions.tree import (
    Binary,
    Call,
    Field,
    Index,
    ListLiteral,
    Literal,
    Logical,
    Member,
    Node,
    Slice,
    Unary,
)

MAX_DEPTH: Final = 64

KEYWORDS: Final = {"true": True, "false": False, "null": None}
# From the weakest to the strongest, as in C.
PRECEDENCE: Final = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
LOGICAL: Final = ("||", "&&")
_TOO_DEEP: Final = f"nest at most {MAX_DEPTH} parentheses, operators, calls and lists"
_ADVICE: Final = {
    "in": "write contains(list, value)",
    "and": "write && for and",
    "or": "write || for or",
    "not": "write ! for not",
}


def parse_expression(text: str) -> Node:
    """Parse an expression into its tree; raise ExpressionError with the column of the first error."""
    parser = _Parser(tokenize(text))
    node, _ = parser.parse_operators(1, 0)
    if parser.token.kind != "end":
        parser.fail_at_token("write an operator before this")
    return node


class _Parser:
    """Parses tokens by precedence; each method returns a node and the depth of its tree."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.token = tokens[0]

    def advance(self) -> Token:
        token = self.token
        self.position = min(self.position + 1, len(self.tokens) - 1)
        self.token = self.tokens[self.position]
        return token

    def at_symbol(self, symbol: str) -> bool:
        return self.token.kind == "symbol" and self.token.value == symbol

    def skip_symbol(self, symbol: str) -> bool:
        if self.at_symbol(symbol):
            self.advance()
            return True
        return False

    def expect_symbol(self, symbol: str, opening: Token) -> None:
        if not self.skip_symbol(symbol):
            self.fail_at_token(f"write {symbol} to close the {opening.value} in column {opening.column}")

    def fail_at_token(self, advice: str) -> NoReturn:
        for token in (self.token, self.tokens[self.position - 1]):
            if token.kind == "name" and token.value in _ADVICE:
                raise ExpressionError(_ADVICE[str(token.value)], token.column)
        raise ExpressionError(advice, self.token.column)

    def parse_operators(self, weakest: int, outer: int) -> tuple[Node, int]:
        """Parse operands joined by operators that bind at least as strongly as `weakest`; `outer` is the depth here."""
        left, depth = self.parse_unary(outer)
        while self.token.kind == "symbol" and (binding := PRECEDENCE.get(str(self.token.value), 0)) >= weakest:
            operator = self.token
            if operator.value in LOGICAL:
                left, depth = self.parse_logical(left, depth, binding, outer)
                continue
            self.advance()
            right, right_depth = self.parse_operators(binding + 1, outer + 1)
            depth = self.check_depth(outer, max(depth, right_depth) + 1, operator)
            left = Binary(str(operator.value), left, right, operator.column)
        return left, depth

    def parse_logical(self, first: Node, depth: int, binding: int, outer: int) -> tuple[Node, int]:
        """Parse the operands after the first one of a chain of the same `&&` or `||`."""
        operator = self.token
        operands = [first]
        while self.skip_symbol(str(operator.value)):
            operand, operand_depth = self.parse_operators(binding + 1, outer + 1)
            operands.append(operand)
            depth = max(depth, operand_depth)
        depth = self.check_depth(outer, depth + 1, operator)
        return Logical(str(operator.value), tuple(operands), operator.column), depth

    def check_depth(self, outer: int, depth: int, token: Token) -> int:
        if outer + depth > MAX_DEPTH:
            raise ExpressionError(_TOO_DEEP, token.column)
        return depth

    def parse_unary(self, outer: int) -> tuple[Node, int]:
        token = self.token
        if not (self.at_symbol("!") or self.at_symbol("-")):
            return self.parse_postfix(outer)
        self.check_depth(outer, 1, token)
        self.advance()
        operand, depth = self.parse_unary(outer + 1)
        return Unary(str(token.value), operand, token.column), depth + 1

    def parse_postfix(self, outer: int) -> tuple[Node, int]:
        node, depth = self.parse_primary(outer)
        while self.at_symbol(".") or self.at_symbol("["):
            token = self.advance()
            if token.value == ".":
                node, depth = self.parse_member(node, depth, token)
            else:
                node, depth = self.parse_brackets(node, depth, token, outer)
            self.check_depth(outer, depth, token)
        return node, depth

    def parse_member(self, owner: Node, depth: int, dot: Token) -> tuple[Node, int]:
        if self.token.kind != "name":
            self.fail_at_token("write the name of a field after the dot")
        name = str(self.advance().value)
        if isinstance(owner, Field):
            return Field((*owner.path, name), owner.column), depth
        return Member(owner, name, dot.column), depth + 1

    def parse_brackets(self, owner: Node, depth: int, opening: Token, outer: int) -> tuple[Node, int]:
        self.check_depth(outer, 1, opening)
        start, end, is_slice = None, None, False
        if not self.at_symbol(":"):
            start, inner = self.parse_operators(1, outer + 1)
            depth = max(depth, inner)
        if self.skip_symbol(":"):
            is_slice = True
            if not self.at_symbol("]"):
                end, inner = self.parse_operators(1, outer + 1)
                depth = max(depth, inner)
        self.expect_symbol("]", opening)
        if is_slice or start is None:
            return Slice(owner, start, end, opening.column), depth + 1
        return Index(owner, start, opening.column), depth + 1

    def parse_primary(self, outer: int) -> tuple[Node, int]:
        token = self.token
        match token.kind:
            case "number" | "string":
                self.advance()
                return Literal(token.value, token.column), 0
            case "name":
                return self.parse_name(outer)
            case "symbol" if token.value == "(":
                self.check_depth(outer, 1, token)
                self.advance()
                node, depth = self.parse_operators(1, outer + 1)
                self.expect_symbol(")", token)
                return node, depth
            case "symbol" if token.value == "[":
                self.check_depth(outer, 1, token)
                self.advance()
                items, depth = self.parse_items("]", token, outer)
                return ListLiteral(items, token.column), depth + 1
        return self.fail_at_token("write a field, a number, a string, a list or a function here")

    def parse_name(self, outer: int) -> tuple[Node, int]:
        token = self.advance()
        name = str(token.value)
        if self.at_symbol("("):
            opening = self.advance()
            self.check_depth(outer, 1, token)
            arguments, depth = self.parse_items(")", opening, outer)
            check_call(name, len(arguments), token.column)
            return Call(name, arguments, token.column), depth + 1
        if name in KEYWORDS:
            return Literal(KEYWORDS[name], token.column), 0
        return Field((name,), token.column), 0

    def parse_items(self, closing: str, opening: Token, outer: int) -> tuple[tuple[Node, ...], int]:
        items: list[Node] = []
        depth = 0
        if self.skip_symbol(closing):
            return (), depth
        while True:
            item, item_depth = self.parse_operators(1, outer + 1)
            items.append(item)
            depth = max(depth, item_depth)
            if not self.skip_symbol(","):
                break
        self.expect_symbol(closing, opening)
        return tuple(items), depth
