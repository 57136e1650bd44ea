"""Liquid's operands: literals and paths."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from liquid import RenderContext

from pendo_destination.javascript.values import number
from pendo_destination.mapping.liquid.render_limit import use_range, use_values
from pendo_destination.mapping.liquid.scanner import Scanner
from pendo_destination.mapping.liquid.tokenizer import IDENTIFIER_CHARACTER
from pendo_destination.mapping.liquid.value import Keyword, lookup, number_range

Operand: TypeAlias = Callable[[RenderContext], Any]

_WORDS: Final = {
    "true": True, "false": False, "nil": Keyword.NIL, "null": Keyword.NIL, "empty": Keyword.EMPTY,
    "blank": Keyword.BLANK,
}  # fmt: skip
_IDENTIFIER: Final = re.compile(f"{IDENTIFIER_CHARACTER}+")
_WORD: Final = re.compile(rf"(?:{'|'.join(_WORDS)})(?!{IDENTIFIER_CHARACTER})")
_STRING: Final = re.compile(r"""'(?:[^'\\]|\\.?)*+'?|"(?:[^"\\]|\\.?)*+"?""", re.DOTALL)
_NUMBER: Final = re.compile(rf"[-+]?[0-9]++(?:\.(?!\.)[0-9]*+)?+(?!\.(?!\.)|{IDENTIFIER_CHARACTER})")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{0,4})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def literal(value: Any) -> Operand:
    """Return an operand with a fixed value."""
    return lambda _context: value


class OperandParser(Scanner):
    """Parses operands; a character that cannot be a part of an operand ends it."""

    def parse_operand(self) -> Operand | None:
        """Parse a literal or a path; return None if the position has neither."""
        root = self._parse_literal()
        keys = list(self._parse_keys(bare=root is None))
        return (lambda context: _look_up(context, root, keys)) if keys else root

    def parse_identifier(self) -> str:
        """Parse a name; return "" if the position has no name."""
        return self.match(_IDENTIFIER)

    def parse_string(self) -> str | None:
        """Parse a string literal; return None if the position has no string literal."""
        string = self.match(_STRING)
        return _ESCAPE.sub(_unescape, string[1:-1]) if string else None

    def _parse_literal(self) -> Operand | None:
        if word := self.match(_WORD):
            return literal(_WORDS[word])
        if (string := self.parse_string()) is not None:
            return literal(string)
        if self.peek() == "(":
            return self._parse_range()
        digits = self.match(_NUMBER)
        return literal(number(digits)) if digits else None

    def _parse_range(self) -> Operand:
        self.position += 1
        low = self._parse_bound()
        self._expect("..")
        high = self._parse_bound()
        self._expect(")")
        return lambda context: _make_range(context, low(context), high(context))

    def _parse_bound(self) -> Operand:
        operand = self.parse_operand()
        if operand is None:
            raise self.error(f"unexpected token {self.quote_rest()}, value expected")
        return operand

    def _expect(self, sign: str) -> None:
        self.peek()
        for character in sign:
            self.position += 1
            if self.source[self.position - 1 : self.position] != character:
                raise self.error("invalid range syntax")

    def _parse_keys(self, *, bare: bool) -> Iterator[Operand]:
        """Parse the keys of a path: `.name` or `[operand]`, and first, if `bare`, a name without a dot."""
        while True:
            next_two = self.source[self.position : self.position + 2]
            if next_two.startswith("["):
                yield self._parse_bracket()
            elif bare and (name := self.parse_identifier()):
                yield literal(name)
            elif next_two.startswith(".") and next_two != "..":
                self.position += 1
                name = self.parse_identifier()
                if not name:
                    return
                yield literal(name)
            else:
                return
            bare = False

    def _parse_bracket(self) -> Operand:
        self.position += 1
        key = self.parse_operand() or literal("")
        if not self.skip_past("]"):
            raise self.error("[ not closed")
        return key


def _look_up(context: RenderContext, root: Operand | None, operands: Sequence[Operand]) -> Any:
    keys = [operand(context) for operand in operands]
    use_values(context, keys)
    return lookup(context, root, keys)


def _make_range(context: RenderContext, low: Any, high: Any) -> list[float]:
    use_values(context, (low, high))
    use_range(context, low, high)
    return number_range(low, high)


def _unescape(escape: re.Match[str]) -> str:
    if escape[1] is not None:
        return chr(int(escape[1] or "0", 16))
    return chr(int(escape[2], 8)) if escape[2] else _ESCAPES.get(escape[3], escape[3])
