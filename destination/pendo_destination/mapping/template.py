"""`@template`: text with `{{path}}` places filled from the payload."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.utf16 import utf16_text
from pendo_destination.javascript.values import UNDEFINED, is_nullish, text, trim
from pendo_destination.mapping.directive import of_string
from pendo_destination.mapping.path import keys_of, reader

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import Resolver

_TRIPLE: Final = re.compile(r"\{\{\{([^}]+)\}\}\}")
_DOUBLE: Final = re.compile(r"\{\{([^}]+)\}\}")


def renderer(template: str) -> Resolver:
    """Compile a template: `{{{a}}}` places first, then `{{a}}`, those that came out of the first ones included."""
    if not _TRIPLE.search(template):
        return _filler(_DOUBLE, template)
    first = _filler(_TRIPLE, template)
    return lambda payload: _filler(_DOUBLE, first(payload))(payload)


def _filler(place: re.Pattern[str], template: str) -> Resolver:
    pieces = place.split(template)
    reads = [(index, reader(keys_of(trim(pieces[index])))) for index in range(1, len(pieces), 2)]

    def fill(payload: Any) -> str:
        source = {} if payload is UNDEFINED else payload
        filled = pieces.copy()
        for index, read in reads:
            value = read(source)
            filled[index] = "" if is_nullish(value) else text(value)
        return utf16_text("".join(filled))

    return fill


compile_template: Final = of_string("@template", renderer)
