"""The Liquid library set up as Segment sets up liquidjs: non-strict, with JavaScript's values and liquidjs's errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from liquid import BoundTemplate, Environment, RenderContext, Tag
from liquid.builtin.expressions import FilteredExpression, tokenize
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.logical import parse_boolean_primitive
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.echo_tag import EchoNode, EchoTag
from liquid.exceptions import LiquidError
from liquid.stream import TokenStream
from liquid.token import TOKEN_EOF, TOKEN_EXPRESSION, TOKEN_ILLEGAL, TOKEN_OUTPUT, TOKEN_PIPE
from liquid.utils import ReadOnlyChainMap

from destination.javascript import UNDEFINED, text, utf16_text
from destination.mapping.directive import DirectiveError, failing
from destination.mapping.liquid.error import excerpt, failure, opening, parse_failure, render_failure, value_start
from destination.mapping.liquid.filters import FILTERS
from destination.mapping.liquid.value import own, plain, written

if TYPE_CHECKING:
    from typing import TextIO

    from liquid.token import Token

    from destination.mapping.directive import Resolver

DISABLED_TAGS: Final = ("case", "for", "include", "layout", "render", "tablerow")
UNKNOWN_TAGS: Final = ("ifchanged", "doc")

_VALUE: Final = re.compile(r"""[\w"'(\[.=!<>?\-\u0080-\U0010ffff]""")


class _Context(RenderContext):
    """Looks names and properties up as JavaScript does."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.scope = ReadOnlyChainMap(self.locals, self.globals, self.counters)

    def get(self, path: list[object], *, token: Token | None, default: object = None) -> object:  # noqa: ARG002 - theirs
        root, *keys = path
        value = self.scope.get(text(root), UNDEFINED)
        for key in keys:
            value = own(plain(value), plain(key))
        return self.env.undefined(text(root), token=token) if value is UNDEFINED else value


class _Template(BoundTemplate):
    context_class = _Context


class _OutputNode(OutputNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return buffer.write(written(self.expression.evaluate(context)))


class _Output(Output):
    """`{{ }}`, in which liquidjs allows comparisons."""

    def parse(self, stream: TokenStream) -> _OutputNode:
        token, source = stream.eat(TOKEN_OUTPUT), stream.expect(TOKEN_EXPRESSION)
        if not _VALUE.match(source.value):
            message = f"invalid value expression: {excerpt(source.value)}"
            raise failure("TokenizationError", message, source.source, value_start(source.source, source.start_index))
        tokens = TokenStream(tokenize(source.value, source))
        left = parse_boolean_primitive(self.env, tokens)
        filters = Filter.parse(self.env, tokens, delim=(TOKEN_PIPE,))
        tokens.eat(TOKEN_EOF)
        return _OutputNode(token, FilteredExpression(left.token, left, filters))


class _EchoNode(EchoNode):
    render_to_output = _OutputNode.render_to_output


class _Echo(EchoTag):
    node_class = _EchoNode


class _Unknown(Tag):
    name = TOKEN_ILLEGAL
    verdict = "not found"

    def parse(self, stream: TokenStream) -> NoReturn:
        tag = stream.current
        place = opening(tag.source, tag.start_index)
        raise failure("ParseError", f'tag "{tag.value}" {self.verdict}', tag.source, place)


class _Disabled(_Unknown):
    verdict = "is disabled"


class _Environment(Environment):
    suppress_blank_control_flow_blocks = False
    shorthand_indexes = True
    template_class = _Template

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.filters = FILTERS
        for tag in (_Output, _Echo, _Unknown):
            self.add_tag(tag)
        self.tags |= dict.fromkeys(DISABLED_TAGS, _Disabled(self)) | dict.fromkeys(UNKNOWN_TAGS, _Unknown(self))


_ENVIRONMENT: Final = _Environment(strict_filters=False)


def renderer(template: str) -> Resolver:
    """Compile a template; what is wrong with it is raised when it is rendered."""
    try:
        parsed = _ENVIRONMENT.from_string(template)
    except LiquidError as error:
        refusal = error.__cause__ if isinstance(error.__cause__, DirectiveError) else parse_failure(error, template)
        return failing(refusal.message, refusal.name)

    def render(payload: Any) -> str:
        try:
            rendered = parsed.render(payload if isinstance(payload, dict) else {})
        except LiquidError as error:
            raise render_failure(error, template) from error
        return utf16_text(rendered)

    return render
