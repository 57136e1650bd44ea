"""liquidjs's error messages for broken templates, with the line and column that liquidjs gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.utf16 import utf16_length, utf16_text, utf16_units
from pendo_destination.mapping.directive import directive_error

if TYPE_CHECKING:
    from liquid.token import Token

    from pendo_destination.errors import ConfigurationError

_EXCERPT_LENGTH: Final = 32


def template_error(name: str, message: str, template: str, index: int) -> ConfigurationError:
    """Return the error for an index into a template; `name` is the name of liquidjs's error class."""
    before = template[:index].ljust(index)
    line, column = before.count("\n") + 1, utf16_length(before[before.rfind("\n") + 1 :]) + 1
    return directive_error(f"{message}, line:{line}, col:{column}", name)


def parse_error(token: Token, message: str) -> ConfigurationError:
    """Return the error for a tag that cannot be parsed."""
    return template_error("ParseError", message, token.source, token.start_index)


def quote_excerpt(source: str) -> str:
    """Quote a part of a template as JSON, shortened to 32 UTF-16 units."""
    units = utf16_units(source)
    excerpt = units if len(units) <= _EXCERPT_LENGTH else units[: _EXCERPT_LENGTH - 3] + "..."
    return str(stringify(utf16_text(excerpt)))
