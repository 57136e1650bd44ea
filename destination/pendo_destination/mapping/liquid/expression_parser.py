"""Parses Liquid's expressions like liquidjs: from left to right, operands and operators, then filters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping.liquid.operand import Operand, OperandParser, literal
from pendo_destination.mapping.liquid.operator import OPERATORS, Operator
from pendo_destination.mapping.liquid.tokenizer import IDENTIFIER_CHARACTER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liquid.stream import TokenStream
    from liquid.token import Token

Step: TypeAlias = Operator | Operand

_OPERATOR: Final = re.compile(rf"==|!=|[<>]=?|(?:contains|not|and|or)(?!{IDENTIFIER_CHARACTER})")


class FilterCall(NamedTuple):
    """A filter's name and arguments; a named argument is a list of its name and its value."""

    name: str
    arguments: tuple[Operand, ...]


class ExpressionParser(OperandParser):
    """Parses one expression."""

    def parse_steps(self) -> list[Step]:
        """Parse operands and operators into postfix order; `and` and `or` group to the right."""
        steps: list[Step] = []
        pending: list[Operator] = []
        while (step := self._parse_operator() or self.parse_operand()) is not None:
            if not isinstance(step, Operator):
                steps.append(step)
                continue
            while pending and pending[-1].precedence > step.precedence:
                steps.append(pending.pop())
            pending.append(step)
        if not steps and not pending:
            raise self.error(f"invalid value expression: {self.quote_rest()}")
        return steps + pending[::-1]

    def parse_filters(self) -> Iterator[FilterCall]:
        """Parse all filters."""
        while self.peek():
            self.position += 1
            if self.source[self.position - 1] != "|":
                raise self.error('expected "|" before filter')
            name = self.parse_identifier()
            if name:
                yield FilterCall(name, tuple(self._parse_arguments()))
            elif self.peek():
                raise self.error("expected filter name")

    def _parse_operator(self) -> Operator | None:
        sign = self.match(_OPERATOR)
        return OPERATORS[sign] if sign else None

    def _parse_arguments(self) -> Iterator[Operand]:
        if self.peek() not in ("", "|", ":"):
            raise self.error('expected ":" after filter name')
        more = self.peek() == ":"
        while more:
            self.position += 1
            argument = self._parse_argument()
            if argument:
                yield argument
            if self.peek() not in ("", "|", ","):
                raise self.error(f"unexpected character {self.quote_rest()}")
            more = self.peek() == ","

    def _parse_argument(self) -> Operand | None:
        self.peek()
        start = self.position
        operand = self.parse_operand()
        name = self.source[start : self.position]
        if operand is None or self.peek() != ":":
            return operand
        self.position += 1
        value = self.parse_operand() or literal(UNDEFINED)
        return lambda context: [name, value(context)]


def start_tag(stream: TokenStream) -> tuple[Token, ExpressionParser]:
    """Read a tag or output from the stream; return it and a parser of its expression, the stream's next token."""
    return next(stream), ExpressionParser(stream.current)
