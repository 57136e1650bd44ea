"""Colours, the width of characters, and line breaks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_CODES: Final = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
# Senders choose the characters, so that the cache needs a limit.
MAX_CACHED: Final = 1024
# Combining and format characters take no cell of their own.
_ZERO_WIDTH: Final = frozenset({"Mn", "Me", "Cf"})
# Vowels and final consonants of decomposed Korean are drawn in the cells of the first consonant.
_KOREAN_ZERO_WIDTH: Final = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff]")


def paint(text: str, style: str, *, color: bool) -> str:
    """Return a text in a style, such as `red`, or unchanged without colours or a style."""
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if color and style and text else text


def cell_width(text: str) -> int:
    """Return the number of a terminal's cells that a text takes: wide characters, such as emoji, take two."""
    return len(text) if text.isascii() else sum(map(_width_of, text))


@lru_cache(MAX_CACHED)
def _width_of(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH or _KOREAN_ZERO_WIDTH.match(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, width: int | None, indent: int = 0) -> list[str]:
    """Break a text at spaces into lines of at most `width` cells; without `width` it is one line.

    A longer word is divided. All lines but the first are indented, if that leaves them at least half of the width.
    """
    if width is None or cell_width(text) <= width:
        return [text]
    margin = " " * indent if indent * 2 <= width else ""
    lines, line = [], ""
    for word in re.findall(r" *[^ ]+", text):
        if cell_width(line) + cell_width(word) <= width:
            line += word
            continue
        if line:
            lines.append(line)
            line = margin + word.lstrip(" ")
        else:
            line = word
        while cell_width(line) > width:
            head = _head(line, width)
            lines.append(line[:head])
            line = margin + line[head:]
    return [*lines, line]


def _head(text: str, width: int) -> int:
    """Return how many characters fit into `width` cells, at least one more than the indentation."""
    used = 0
    for position, character in enumerate(text):
        used += _width_of(character)
        if used > width:
            return max(position, len(text) - len(text.lstrip(" ")) + 1)
    return len(text)
