"""liquidjs's words for what is wrong with a template, and the line and column it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.utf16 import utf16_length, utf16_text, utf16_units
from pendo_destination.mapping.directive import DirectiveError

if TYPE_CHECKING:
    from liquid.token import Token

_EXCERPT: Final = 32


def failure(name: str, message: str, template: str, index: int) -> DirectiveError:
    """Describe a failure at a place of a template."""
    before = template[:index].ljust(index)
    line, column = before.count("\n") + 1, utf16_length(before[before.rfind("\n") + 1 :]) + 1
    return DirectiveError(f"{message}, line:{line}, col:{column}", name)


def refused(token: Token, message: str) -> DirectiveError:
    """Describe why the tag at a token cannot be parsed."""
    return failure("ParseError", message, token.source, token.start_index)


def excerpt(source: str) -> str:
    """Quote a piece of a template, shortened to 32 units."""
    units = utf16_units(source)
    short = units if len(units) <= _EXCERPT else units[: _EXCERPT - 3] + "..."
    return str(stringify(utf16_text(short)))
