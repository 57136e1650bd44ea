"""`@liquid`: a Liquid template rendered with the payload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.utf16 import utf16_length
from pendo_destination.mapping.directive import constant, failing

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import Compile, Resolver

LONGEST: Final = 1000


def compile_liquid(template: Any, _compiled: Compile) -> Resolver:
    """Compile `@liquid`; a template that cannot be parsed fails when it is rendered, as in Segment's code."""
    if not isinstance(template, str):
        return failing("liquid template value must be a string")
    if not template:
        return constant("")
    if utf16_length(template) > LONGEST:
        return failing(f"liquid template values are limited to {LONGEST} characters")
    from pendo_destination.mapping.liquid.engine import renderer  # noqa: PLC0415 - it takes a quarter of a second to import

    return renderer(template)
