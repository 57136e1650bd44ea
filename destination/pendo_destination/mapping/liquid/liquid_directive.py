"""`@liquid`: a Liquid template rendered with the payload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_destination.errors import ConfigurationError
from pendo_destination.javascript.utf16 import utf16_length
from pendo_destination.mapping.directive import fail_with, resolve_to

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import CompilePart, Resolver

MAX_LENGTH: Final = 1000


def compile_liquid(template: Any, _compile_part: CompilePart) -> Resolver:
    """Compile `@liquid`; a template that cannot be parsed fails when it is rendered, as in Segment's code.

    Raises ConfigurationError if python-liquid, an optional dependency, is not installed.
    """
    if not isinstance(template, str):
        return fail_with("liquid template value must be a string")
    if not template:
        return resolve_to("")
    if utf16_length(template) > MAX_LENGTH:
        return fail_with(f"liquid template values are limited to {MAX_LENGTH} characters")
    try:
        from pendo_destination.mapping.liquid.engine import compile_renderer  # noqa: PLC0415 - importing takes 250 ms
    except ModuleNotFoundError as error:
        message = "@liquid needs python-liquid: pip install 'pendo-emulator[liquid]'"
        raise ConfigurationError(message, kind="directive") from error
    return compile_renderer(template)
