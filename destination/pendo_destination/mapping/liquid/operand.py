"""Liquid's literals and paths: what an expression computes with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from liquid import RenderContext

from pendo_destination.javascript.values import number
from pendo_destination.mapping.directive import constant
from pendo_destination.mapping.liquid.scanner import Scanner
from pendo_destination.mapping.liquid.tokens import LETTER
from pendo_destination.mapping.liquid.value import Drop, interval, looked_up

Operand: TypeAlias = Callable[[RenderContext], Any]

_LITERALS: Final = {
    "true": True, "false": False, "nil": Drop.NIL, "null": Drop.NIL, "empty": Drop.EMPTY, "blank": Drop.BLANK,
}  # fmt: skip
_IDENTIFIER: Final = re.compile(f"{LETTER}+")
_LITERAL: Final = re.compile(rf"(?:{'|'.join(_LITERALS)})(?!{LETTER})")
_QUOTED: Final = re.compile(r"""'(?:[^'\\]|\\.?)*+'?|"(?:[^"\\]|\\.?)*+"?""", re.DOTALL)
_NUMBER: Final = re.compile(rf"[-+]?[0-9]++(?:\.(?!\.)[0-9]*+)?+(?!\.(?!\.)|{LETTER})")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{0,4})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class OperandScanner(Scanner):
    """Takes operands; what cannot be a part of one ends it."""

    def value(self) -> Operand | None:
        """Take a literal or a path, if there is one."""
        root = self._literal()
        keys = list(self._keys(bare=root is None))
        return (lambda context: looked_up(context, root, [key(context) for key in keys])) if keys else root

    def identifier(self) -> str:
        """Take a name, or nothing."""
        return self.take(_IDENTIFIER)

    def quoted(self) -> str | None:
        """Take a string literal, if there is one."""
        string = self.take(_QUOTED)
        return _ESCAPE.sub(_unescaped, string[1:-1]) if string else None

    def _literal(self) -> Operand | None:
        if word := self.take(_LITERAL):
            return constant(_LITERALS[word])
        if (string := self.quoted()) is not None:
            return constant(string)
        if self.ahead() == "(":
            return self._range()
        digits = self.take(_NUMBER)
        return constant(number(digits)) if digits else None

    def _range(self) -> Operand:
        self.position += 1
        low = self._bound()
        self._expect("..")
        high = self._bound()
        self._expect(")")
        return lambda context: interval(low(context), high(context))

    def _bound(self) -> Operand:
        operand = self.value()
        if operand is None:
            raise self.failure(f"unexpected token {self.rest()}, value expected")
        return operand

    def _expect(self, sign: str) -> None:
        self.ahead()
        for character in sign:
            self.position += 1
            if self.source[self.position - 1 : self.position] != character:
                raise self.failure("invalid range syntax")

    def _keys(self, *, bare: bool) -> Iterator[Operand]:
        while True:
            following = self.source[self.position : self.position + 2]
            if following.startswith("["):
                yield self._bracket()
            elif bare and (name := self.identifier()):
                yield constant(name)
            elif following.startswith(".") and following != "..":
                self.position += 1
                name = self.identifier()
                if not name:
                    return
                yield constant(name)
            else:
                return
            bare = False

    def _bracket(self) -> Operand:
        self.position += 1
        key = self.value() or constant("")
        if not self.skip_past("]"):
            raise self.failure("[ not closed")
        return key


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1] is not None:
        return chr(int(escape[1] or "0", 16))
    return chr(int(escape[2], 8)) if escape[2] else _ESCAPED.get(escape[3], escape[3])
