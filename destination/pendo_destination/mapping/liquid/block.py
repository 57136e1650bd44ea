"""Liquid's tags with an end tag, parsed and rejected like in liquidjs."""

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
from pendo_destination.mapping.liquid.error import parse_error
from pendo_destination.mapping.liquid.expression_parser import start_tag
from pendo_destination.mapping.liquid.filtered_value import Condition

if TYPE_CHECKING:
    from liquid.stream import TokenStream
    from liquid.token import Token

    from pendo_destination.errors import ConfigurationError

_BRANCHES: Final = ("elsif", "else")


class _Block(Tag):
    """`block`: renders its contents, because layouts are disabled."""

    name, end = "block", "endblock"

    def parse(self, stream: TokenStream) -> Node:
        return self.parse_to_end(stream, next(stream))

    def parse_to_end(self, stream: TokenStream, token: Token) -> BlockNode:
        """Parse the contents and the end tag."""
        block = self.parse_contents(stream, token)
        next(stream)
        return block

    def parse_contents(self, stream: TokenStream, token: Token, *branches: str) -> BlockNode:
        """Skip a tag's expression and parse up to the end tag or the next branch."""
        next(stream)
        block = get_parser(self.env).parse_block(stream, (self.end, *branches))
        if stream.current.kind == TOKEN_EOF:
            raise _not_closed(token)
        return block


class _Capture(_Block):
    name, end = "capture", "endcapture"

    def parse(self, stream: TokenStream) -> Node:
        token, parser = start_tag(stream)
        name = parser.parse_identifier() or parser.parse_string()
        if name is None:
            raise parser.error("invalid capture name")
        return CaptureNode(token, Identifier(name, token=token), self.parse_to_end(stream, token))


class _Comment(Tag):
    name, end = "comment", "endcomment"

    def parse(self, stream: TokenStream) -> Node:
        token = next(stream)
        eat_block(stream, (self.end,))
        if stream.current.kind == TOKEN_EOF:
            raise _not_closed(token)
        next(stream)
        return ContentNode(token, "")


class _If(_Block):
    name, end = "if", "endif"
    node: ClassVar[type[IfNode | UnlessNode]] = IfNode

    def parse(self, stream: TokenStream) -> Node:
        token, parser = start_tag(stream)
        condition, consequence = Condition.parse(token, parser), self.parse_contents(stream, token, *_BRANCHES)
        alternatives: list[ConditionalBlockNode] = []
        default: BlockNode | None = None
        while not stream.current.is_tag(self.end):
            branch, parser = start_tag(stream)
            self.check_branch(token, branch, stream.current, default)
            elsif = Condition.parse(token, parser) if branch.value == "elsif" and default is None else None
            block = self.parse_contents(stream, token, *_BRANCHES)
            if elsif:
                alternatives.append(ConditionalBlockNode(branch, elsif, block))
            else:
                default = default or block
        self.check_branch(token, next(stream), stream.current, None)
        return self.node(token, condition, consequence, alternatives, default)

    def check_branch(self, token: Token, branch: Token, expression: Token, default: BlockNode | None) -> None:
        """Raise ConfigurationError for a branch or end tag that liquidjs rejects; `default` is the `else` block."""
        if expression.value and branch.value != "elsif":
            raise parse_error(token, f"unexpected {stringify(expression.value)}")
        if default:
            raise parse_error(token, "duplicated else" if branch.value == "else" else "unexpected elsif after else")


class _Unless(_If):
    """`unless`: accepts all branches; branches after the first `else` are dropped."""

    name, end = "unless", "endunless"
    node = UnlessNode

    def check_branch(self, *_arguments: object) -> None:
        pass


def _not_closed(token: Token) -> ConfigurationError:
    return parse_error(token, f"tag {token.source[token.start_index :]} not closed")


BLOCK_TAGS: Final = (_Block, _Capture, _Comment, _If, _Unless)
