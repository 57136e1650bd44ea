"""The Liquid library, set up with the tokens, tags, expressions and filters of Segment's liquidjs."""

from __future__ import annotations

import sys
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from liquid import BoundTemplate, Environment
from liquid.parser import get_parser
from liquid.stream import TokenStream

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.utf16 import utf16_text
from pendo_destination.javascript.values import spread
from pendo_destination.mapping.directive import fail_with
from pendo_destination.mapping.liquid.block import BLOCK_TAGS
from pendo_destination.mapping.liquid.filters import FILTERS
from pendo_destination.mapping.liquid.render_limit import LimitedContext
from pendo_destination.mapping.liquid.tag import TAGS, DisabledTag, StopTag
from pendo_destination.mapping.liquid.tokenizer import tokenize

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import Resolver

DISABLED_TAGS: Final = ("case", "for", "include", "layout", "render", "tablerow")


class _Environment(Environment):
    block_nesting_limit = sys.maxsize  # Segment limits the length of a template, and so its nesting.
    suppress_blank_control_flow_blocks = False

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:  # noqa: ARG002 - the library's signature
        self.filters = FILTERS
        self.tags = dict.fromkeys(DISABLED_TAGS, DisabledTag(self))
        self.tags |= dict.fromkeys(("break", "continue"), StopTag(self))
        for tag in (*TAGS, *BLOCK_TAGS):
            self.add_tag(tag)


_ENVIRONMENT: Final = _Environment(strict_filters=False)


def compile_renderer(template: str) -> Resolver:
    """Compile a template; the renderer raises ConfigurationError for a template that cannot be parsed or rendered."""
    try:
        nodes = get_parser(_ENVIRONMENT).parse(TokenStream(tokenize(template)))
    except ConfigurationError as error:
        return fail_with(error.message, error.segment_name)
    except RecursionError:
        return fail_with("the liquid template is nested too deeply", "RangeError")
    bound = BoundTemplate(_ENVIRONMENT, nodes)

    def render(payload: Any) -> str:
        output = StringIO()
        bound.render_with_context(LimitedContext(bound, globals=spread(payload)), output)
        return utf16_text(output.getvalue())

    return render
