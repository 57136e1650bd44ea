"""The Liquid library, given the marks, tags, expressions and filters of Segment's liquidjs."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from liquid import BoundTemplate, Environment, RenderContext
from liquid.parser import get_parser
from liquid.stream import TokenStream

from pendo_destination.javascript.utf16 import utf16_text
from pendo_destination.javascript.values import spread
from pendo_destination.mapping.directive import DirectiveError, failing
from pendo_destination.mapping.liquid.block import BLOCK_TAGS
from pendo_destination.mapping.liquid.filters import FILTERS
from pendo_destination.mapping.liquid.tag import TAGS, Disabled, End
from pendo_destination.mapping.liquid.template import LONGEST
from pendo_destination.mapping.liquid.tokens import marks

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import Resolver

DISABLED_TAGS: Final = ("case", "for", "include", "layout", "render", "tablerow")


class _Environment(Environment):
    block_nesting_limit = LONGEST
    suppress_blank_control_flow_blocks = False

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:  # noqa: ARG002 - theirs
        self.filters = FILTERS
        self.tags = dict.fromkeys(DISABLED_TAGS, Disabled(self)) | dict.fromkeys(("break", "continue"), End(self))
        for tag in (*TAGS, *BLOCK_TAGS):
            self.add_tag(tag)


_ENVIRONMENT: Final = _Environment(strict_filters=False)


def renderer(template: str) -> Resolver:
    """Compile a template; what is wrong with it is raised when it is rendered."""
    try:
        nodes = get_parser(_ENVIRONMENT).parse(TokenStream(marks(template)))
    except DirectiveError as error:
        return failing(error.message, error.name)
    bound = BoundTemplate(_ENVIRONMENT, nodes)

    def render(payload: Any) -> str:
        output = StringIO()
        bound.render_with_context(RenderContext(bound, globals=spread(payload)), output)
        return utf16_text(output.getvalue())

    return render
