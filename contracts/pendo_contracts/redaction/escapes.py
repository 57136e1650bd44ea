"""Reads a text with percent escapes as characters, and writes other characters with the same escapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH: Final = 3

_RUN: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def rewrite_unescaped(text: str, rewrite: Callable[[str], str], depth: int = 0) -> str:
    """Apply `rewrite`, which keeps the number of characters, to a text without its percent escapes.

    The result has the escapes at the same places. Escapes of bytes that are not UTF-8 stay as they are.
    """
    if depth >= MAX_DEPTH or "%" not in text or not _RUN.search(text):
        return rewrite(text)
    characters: list[str] = []
    escaped: list[str] = []
    end = 0
    for run in _RUN.finditer(text):
        _append(characters, escaped, text[end : run.start()])
        _append_run(characters, escaped, run[0])
        end = run.end()
    _append(characters, escaped, text[end:])
    result = rewrite_unescaped("".join(characters), rewrite, depth + 1)
    return "".join(_escape(new, old, raw) for new, old, raw in zip(result, characters, escaped, strict=True))


def _append(characters: list[str], escaped: list[str], text: str) -> None:
    characters += text
    escaped += [""] * len(text)


def _append_run(characters: list[str], escaped: list[str], run: str) -> None:
    """Add the characters of a run of escapes; bytes that are not UTF-8 become one character that is no word."""
    decoded = bytes.fromhex(run.replace("%", "")).decode("utf-8", "surrogateescape")
    place = 0
    for character in decoded:
        size = 3 * len(character.encode("utf-8", "surrogateescape"))
        is_byte = "\udc80" <= character <= "\udcff"
        characters.append("\ufffd" if is_byte else character)
        escaped.append(run[place : place + size])
        place += size


def _escape(new: str, old: str, raw: str) -> str:
    """Write a character with the kind of escape that it had; `raw` is "" for a character without one."""
    if not raw or new == old:
        return raw or new
    form = "%{:02x}" if raw.islower() else "%{:02X}"
    return "".join(map(form.format, new.encode("utf-8", "surrogatepass")))
