"""`@liquid`: a Liquid template rendered with the payload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.utf16 import utf16_length
from pendo_destination.mapping.directive import fail_with, resolve_to

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import CompilePart, Resolver

MAX_LENGTH: Final = 1000


def compile_liquid(template: Any, _compile_part: CompilePart) -> Resolver:
    """Compile `@liquid`; a template that cannot be parsed fails when it is rendered, as in Segment's code."""
    if not isinstance(template, str):
        return fail_with("liquid template value must be a string")
    if not template:
        return resolve_to("")
    if utf16_length(template) > MAX_LENGTH:
        return fail_with(f"liquid template values are limited to {MAX_LENGTH} characters")
    from pendo_destination.mapping.liquid.engine import compile_renderer  # noqa: PLC0415 - importing takes 250 ms

    return compile_renderer(template)
