"""liquidjs's words for what can be wrong with a template, and the line and column it gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from liquid.token import TOKEN_EOF

from destination.javascript import stringify, utf16_length, utf16_text, utf16_units
from destination.mapping.directive import DirectiveError

if TYPE_CHECKING:
    from liquid.exceptions import LiquidError

_BLOCK_TAG: Final = re.compile(r"\{%-?\s*(end)?(?:if|unless|capture|comment)\b.*?%\}", re.DOTALL)
_EXCERPT: Final = 32


def failure(name: str, message: str, template: str, index: int) -> DirectiveError:
    """Describe a failure at a place of a template."""
    before = template[:index]
    line, column = before.count("\n") + 1, utf16_length(before[before.rfind("\n") + 1 :]) + 1
    return DirectiveError(f"{message}, line:{line}, col:{column}", name)


def opening(template: str, index: int) -> int:
    """Find the `{{` or `{%` that a place of a template belongs to."""
    return max(template.rfind("{{", 0, index + 2), template.rfind("{%", 0, index + 2), 0)


def value_start(template: str, index: int) -> int:
    """Skip the blanks before an expression."""
    return index + len(template[index:]) - len(template[index:].lstrip())


def excerpt(source: str) -> str:
    """Quote a piece of a template, shortened to 32 units."""
    units = utf16_units(source)
    short = units if len(units) <= _EXCERPT else units[: _EXCERPT - 3] + "..."
    return str(stringify(utf16_text(short)))


def parse_failure(error: LiquidError, template: str) -> DirectiveError:
    """Say why a template cannot be parsed; where liquidjs would not have minded, the library's own message stays."""
    index = -1 if error.token is None else error.token.start_index
    if index >= 0 and error.token and error.token.kind == TOKEN_EOF:
        what = "output" if template.startswith("{{", index) else "tag"
        return failure("TokenizationError", f"{what} {excerpt(template[index:])} not closed", template, index)
    opened = _open_blocks(template)
    if opened:
        return failure("ParseError", f"tag {opened[-1].group()} not closed", template, opened[-1].start())
    return failure("ParseError", str(error.message), template, opening(template, index))


def _open_blocks(template: str) -> list[re.Match[str]]:
    opened: list[re.Match[str]] = []
    for tag in _BLOCK_TAG.finditer(template):
        if tag[1] is None:
            opened.append(tag)
        elif opened:
            opened.pop()
    return opened


def render_failure(error: LiquidError, template: str) -> DirectiveError:
    """Say why a template cannot be rendered."""
    index = -1 if error.token is None else error.token.start_index
    return failure("RenderError", str(error.message), template, opening(template, index))
