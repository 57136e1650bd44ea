"""JavaScript's strings: sequences of UTF-16 units (ECMA-262, The String Type)."""

from __future__ import annotations

import re
from typing import Final

_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")


def utf16_length(string: str) -> int:
    """Return a string's length in UTF-16 units, like `length` in JavaScript."""
    return len(string) if string.isascii() else len(string.encode("utf-16-le", "surrogatepass")) // 2


def utf16_units(string: str) -> str:
    """Return a string with one character for each UTF-16 unit: 😀 becomes its two surrogates."""
    return _ASTRAL.sub(lambda match: _surrogates(ord(match.group())), string)


def _surrogates(code: int) -> str:
    return chr(0xD7C0 + (code >> 10)) + chr(0xDC00 | code & 0x3FF)


def utf16_text(units: str) -> str:
    """Return a string with its surrogate pairs joined; the inverse of `utf16_units`."""
    return units if units.isascii() else units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
