"""`@template`: text with `{{path}}` placeholders, filled with values of the payload."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.utf16 import utf16_text
from pendo_destination.javascript.values import UNDEFINED, is_nullish, text, trim
from pendo_destination.mapping.directive import check_primitive, string_directive
from pendo_destination.mapping.path_directive import compile_reader, split_path

if TYPE_CHECKING:
    from pendo_destination.mapping.directive import Resolver

_TRIPLE: Final = re.compile(r"\{\{\{([^}]+)\}\}\}")
_DOUBLE: Final = re.compile(r"\{\{([^}]+)\}\}")


def compile_renderer(template: str) -> Resolver:
    """Compile a template: `{{{a}}}` is filled first, then `{{a}}`, even if `{{{a}}}` has inserted it."""
    if not _TRIPLE.search(template):
        return _compile_filler(_DOUBLE, template)
    fill_triple = _compile_filler(_TRIPLE, template)
    return lambda payload: _compile_filler(_DOUBLE, fill_triple(payload))(payload)


def _compile_filler(placeholder: re.Pattern[str], template: str) -> Resolver:
    parts = placeholder.split(template)
    readers = [(index, compile_reader(split_path(trim(parts[index])))) for index in range(1, len(parts), 2)]

    def fill(payload: Any) -> str:
        source = {} if payload is UNDEFINED else payload
        filled = parts.copy()
        for index, read in readers:
            value = read(source)
            check_primitive(value)
            filled[index] = "" if is_nullish(value) else text(value)
        return utf16_text("".join(filled))

    return fill


compile_template: Final = string_directive("@template", compile_renderer)
