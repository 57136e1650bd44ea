"""Liquid's tags without an end tag, parsed and rejected like in liquidjs."""

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

from pendo_destination.mapping.liquid.error import parse_error
from pendo_destination.mapping.liquid.expression_parser import start_tag
from pendo_destination.mapping.liquid.filtered_value import FilteredValue
from pendo_destination.mapping.liquid.node import CounterNode, CycleNode, OutputNode, StopNode
from pendo_destination.mapping.liquid.tokenizer import tokenize_lines

if TYPE_CHECKING:
    from liquid.ast import Node

_LINE_WITHOUT_HASH: Final = re.compile(r"\n\s*[^#\s]")


class _Output(Tag):
    name = TOKEN_OUTPUT

    def parse(self, stream: TokenStream) -> Node:
        token, parser = start_tag(stream)
        return OutputNode(token, FilteredValue.parse(token, parser))


class _Echo(_Output):
    name = "echo"

    def parse(self, stream: TokenStream) -> Node:
        return super().parse(stream) if stream.peek.value else ContentNode(next(stream), "")


class _Assign(Tag):
    name = "assign"

    def parse(self, stream: TokenStream) -> Node:
        token, parser = start_tag(stream)
        name = parser.parse_identifier()
        if not name:
            raise parser.error("expected variable name")
        if parser.peek() != "=":
            raise parser.error('expected "="')
        parser.position += 1
        return AssignNode(token, name=Identifier(name, token=token), expression=FilteredValue.parse(token, parser))


class _Increment(Tag):
    name, step = "increment", 1

    def parse(self, stream: TokenStream) -> Node:
        token, parser = start_tag(stream)
        return CounterNode(token, parser.parse_identifier(), self.step)


class _Decrement(_Increment):
    name, step = "decrement", -1


class _Cycle(Tag):
    name = "cycle"

    def parse(self, stream: TokenStream) -> Node:
        token, parser = start_tag(stream)
        first, group = parser.parse_operand(), None
        values = [first] if first else []
        if first and parser.peek() == ":":
            parser.position += 1
            group, values = FilteredValue(token, [first]), []
        while parser.peek():
            value = parser.parse_operand()
            values += [value] if value else []
            parser.skip_past(",")
        if not values:
            raise parser.error(f'empty candidates: "{token.source[token.start_index :]}"')
        return CycleNode(token, group, [FilteredValue(token, [value]) for value in values])


class _LiquidTag(Tag):
    name = "liquid"

    def parse(self, stream: TokenStream) -> Node:
        next(stream)
        return get_parser(self.env).parse_block(TokenStream(tokenize_lines(stream.current)), ())


class _InlineComment(Tag):
    name = "#"

    def parse(self, stream: TokenStream) -> Node:
        token = next(stream)
        if _LINE_WITHOUT_HASH.search(stream.current.value):
            raise parse_error(token, "every line of an inline comment must start with a '#' character")
        return ContentNode(token, "")


class StopTag(Tag):
    """`break` and `continue`: outside a loop they stop the template."""

    def parse(self, stream: TokenStream) -> Node:
        """Parse the tag."""
        return StopNode(next(stream))


class _UnknownTag(Tag):
    name = TOKEN_ILLEGAL
    reason = "not found"

    def parse(self, stream: TokenStream) -> NoReturn:
        raise parse_error(stream.current, f'tag "{stream.current.value}" {self.reason}')


class DisabledTag(_UnknownTag):
    """A tag that Segment disables."""

    reason = "is disabled"


TAGS: Final = (
    *(Literal, _Output, _Echo, _Assign, _Increment, _Decrement, _Cycle),
    *(_LiquidTag, _InlineComment, _UnknownTag),
)
