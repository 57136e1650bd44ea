"""Liquid's tags with an end tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from liquid import Tag
from liquid.ast import BlockNode, ConditionalBlockNode, Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import Identifier
from liquid.builtin.tags.capture_tag import CaptureNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.parser import eat_block, get_parser
from liquid.token import TOKEN_EOF

from pendo_destination.javascript.json import stringify
from pendo_destination.mapping.liquid.error import refused
from pendo_destination.mapping.liquid.expression import Condition
from pendo_destination.mapping.liquid.reader import opened

if TYPE_CHECKING:
    from liquid.stream import TokenStream
    from liquid.token import Token

    from pendo_destination.mapping.directive import DirectiveError

_BRANCHES: Final = ("elsif", "else")


class _Block(Tag):
    """`block`: without a layout it is its contents."""

    name, end = "block", "endblock"

    def parse(self, stream: TokenStream) -> Node:
        return self.closed(stream, next(stream))

    def closed(self, stream: TokenStream, token: Token) -> BlockNode:
        block = self.part(stream, token)
        next(stream)
        return block

    def part(self, stream: TokenStream, token: Token, *branches: str) -> BlockNode:
        """Parse from a tag's expression to the end tag or to a branch."""
        next(stream)
        block = get_parser(self.env).parse_block(stream, (self.end, *branches))
        if stream.current.kind == TOKEN_EOF:
            raise _unclosed(token)
        return block


class _Capture(_Block):
    name, end = "capture", "endcapture"

    def parse(self, stream: TokenStream) -> Node:
        token, reader = opened(stream)
        name = reader.identifier() or reader.quoted()
        if name is None:
            raise reader.failure("invalid capture name")
        return CaptureNode(token, Identifier(name, token=token), self.closed(stream, token))


class _Comment(Tag):
    name, end = "comment", "endcomment"

    def parse(self, stream: TokenStream) -> Node:
        token = next(stream)
        eat_block(stream, (self.end,))
        if stream.current.kind == TOKEN_EOF:
            raise _unclosed(token)
        next(stream)
        return ContentNode(token, "")


class _If(_Block):
    name, end = "if", "endif"
    node: ClassVar[type[IfNode | UnlessNode]] = IfNode

    def parse(self, stream: TokenStream) -> Node:
        token, reader = opened(stream)
        condition, consequence = Condition.read(token, reader), self.part(stream, token, *_BRANCHES)
        alternatives: list[ConditionalBlockNode] = []
        default: BlockNode | None = None
        while not stream.current.is_tag(self.end):
            branch, reader = opened(stream)
            self.check(token, branch, stream.current, default)
            asked = Condition.read(token, reader) if branch.value == "elsif" and default is None else None
            block = self.part(stream, token, *_BRANCHES)
            if asked:
                alternatives.append(ConditionalBlockNode(branch, asked, block))
            else:
                default = default or block
        self.check(token, next(stream), stream.current, None)
        return self.node(token, condition, consequence, alternatives, default)

    def check(self, token: Token, branch: Token, expression: Token, default: BlockNode | None) -> None:
        if expression.value and branch.value != "elsif":
            raise refused(token, f"unexpected {stringify(expression.value)}")
        if default:
            raise refused(token, "duplicated else" if branch.value == "else" else "unexpected elsif after else")


class _Unless(_If):
    """`unless` is never refused: what follows its first `else` is dropped."""

    name, end = "unless", "endunless"
    node = UnlessNode

    def check(self, *_arguments: object) -> None:
        pass


def _unclosed(token: Token) -> DirectiveError:
    return refused(token, f"tag {token.source[token.start_index :]} not closed")


BLOCK_TAGS: Final = (_Block, _Capture, _Comment, _If, _Unless)
