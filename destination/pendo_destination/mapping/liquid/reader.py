"""Liquid's expressions read as liquidjs reads them: from left to right, operands and operators, then filters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping.directive import constant
from pendo_destination.mapping.liquid.operand import Operand, OperandScanner
from pendo_destination.mapping.liquid.operator import OPERATORS, Operator
from pendo_destination.mapping.liquid.tokens import LETTER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liquid.stream import TokenStream
    from liquid.token import Token

Step: TypeAlias = Operator | Operand

_OPERATOR: Final = re.compile(rf"==|!=|[<>]=?|(?:contains|not|and|or)(?!{LETTER})")


class Filter(NamedTuple):
    """A filter's name and its arguments; a named argument is the array of its name and its value."""

    name: str
    arguments: tuple[Operand, ...]


class Reader(OperandScanner):
    """Reads an expression."""

    def postfix(self) -> list[Step]:
        """Read operands and operators into the order in which they are computed; `and` and `or` group to the right."""
        steps: list[Step] = []
        waiting: list[Operator] = []
        while (step := self._operator() or self.value()) is not None:
            if not isinstance(step, Operator):
                steps.append(step)
                continue
            while waiting and waiting[-1].precedence > step.precedence:
                steps.append(waiting.pop())
            waiting.append(step)
        if not steps and not waiting:
            raise self.failure(f"invalid value expression: {self.rest()}")
        return steps + waiting[::-1]

    def filters(self) -> Iterator[Filter]:
        """Read all filters."""
        while self.ahead():
            self.position += 1
            if self.source[self.position - 1] != "|":
                raise self.failure('expected "|" before filter')
            name = self.identifier()
            if name:
                yield Filter(name, tuple(self._arguments()))
            elif self.ahead():
                raise self.failure("expected filter name")

    def _operator(self) -> Operator | None:
        sign = self.take(_OPERATOR)
        return OPERATORS[sign] if sign else None

    def _arguments(self) -> Iterator[Operand]:
        if self.ahead() not in ("", "|", ":"):
            raise self.failure('expected ":" after filter name')
        more = self.ahead() == ":"
        while more:
            self.position += 1
            argument = self._argument()
            if argument:
                yield argument
            if self.ahead() not in ("", "|", ","):
                raise self.failure(f"unexpected character {self.rest()}")
            more = self.ahead() == ","

    def _argument(self) -> Operand | None:
        self.ahead()
        begin = self.position
        operand = self.value()
        name = self.source[begin : self.position]
        if operand is None or self.ahead() != ":":
            return operand
        self.position += 1
        value = self.value() or constant(UNDEFINED)
        return lambda context: [name, value(context)]


def opened(stream: TokenStream) -> tuple[Token, Reader]:
    """Take a mark and open its expression, which is then the stream's current token."""
    return next(stream), Reader(stream.current)
