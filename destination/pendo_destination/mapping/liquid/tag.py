"""Liquid's tags without an end tag: what liquidjs reads of them and what it refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn

from liquid import Tag
from liquid.builtin.content import ContentNode, Literal
from liquid.builtin.expressions import Identifier
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.token import TOKEN_ILLEGAL, TOKEN_OUTPUT

from pendo_destination.mapping.liquid.error import refused
from pendo_destination.mapping.liquid.expression import Value
from pendo_destination.mapping.liquid.node import CounterNode, CycleNode, EndNode, OutputNode
from pendo_destination.mapping.liquid.reader import opened
from pendo_destination.mapping.liquid.tokens import lines

if TYPE_CHECKING:
    from liquid.ast import Node

_BARE_LINE: Final = re.compile(r"\n\s*[^#\s]")


class _Output(Tag):
    name = TOKEN_OUTPUT

    def parse(self, stream: TokenStream) -> Node:
        token, reader = opened(stream)
        return OutputNode(token, Value.read(token, reader))


class _Echo(_Output):
    name = "echo"

    def parse(self, stream: TokenStream) -> Node:
        return super().parse(stream) if stream.peek.value else ContentNode(next(stream), "")


class _Assign(Tag):
    name = "assign"

    def parse(self, stream: TokenStream) -> Node:
        token, reader = opened(stream)
        name = reader.identifier()
        if not name:
            raise reader.failure("expected variable name")
        if reader.ahead() != "=":
            raise reader.failure('expected "="')
        reader.position += 1
        return AssignNode(token, name=Identifier(name, token=token), expression=Value.read(token, reader))


class _Increment(Tag):
    name, step = "increment", 1

    def parse(self, stream: TokenStream) -> Node:
        token, reader = opened(stream)
        return CounterNode(token, reader.identifier(), self.step)


class _Decrement(_Increment):
    name, step = "decrement", -1


class _Cycle(Tag):
    name = "cycle"

    def parse(self, stream: TokenStream) -> Node:
        token, reader = opened(stream)
        first, group = reader.value(), None
        values = [first] if first else []
        if first and reader.ahead() == ":":
            reader.position += 1
            group, values = Value(token, [first]), []
        while reader.ahead():
            value = reader.value()
            values += [value] if value else []
            reader.skip_past(",")
        if not values:
            raise reader.failure(f'empty candidates: "{token.source[token.start_index :]}"')
        return CycleNode(token, group, [Value(token, [value]) for value in values])


class _Lines(Tag):
    name = "liquid"

    def parse(self, stream: TokenStream) -> Node:
        next(stream)
        return get_parser(self.env).parse_block(TokenStream(lines(stream.current)), ())


class _Remark(Tag):
    name = "#"

    def parse(self, stream: TokenStream) -> Node:
        token = next(stream)
        if _BARE_LINE.search(stream.current.value):
            raise refused(token, "every line of an inline comment must start with a '#' character")
        return ContentNode(token, "")


class End(Tag):
    """`break` and `continue`, which end a template that is in no loop."""

    def parse(self, stream: TokenStream) -> Node:
        """Parse the tag."""
        return EndNode(next(stream))


class _Unknown(Tag):
    name = TOKEN_ILLEGAL
    verdict = "not found"

    def parse(self, stream: TokenStream) -> NoReturn:
        raise refused(stream.current, f'tag "{stream.current.value}" {self.verdict}')


class Disabled(_Unknown):
    """The tags that Segment disables."""

    verdict = "is disabled"


TAGS: Final = (Literal, _Output, _Echo, _Assign, _Increment, _Decrement, _Cycle, _Lines, _Remark, _Unknown)
