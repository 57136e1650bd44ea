"""Makes text from senders safe to show: one line, without control characters, of a bounded length."""

from __future__ import annotations

from typing import Final

MAX_SHOWN: Final = 300
MAX_VALUE: Final = 200


def cut(text: str, limit: int = MAX_VALUE) -> str:
    """Return a text with at most `limit` characters; a longer one ends with `…`."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def visible(text: str, limit: int = MAX_SHOWN) -> str:
    r"""Escape every character that is not printable, and cut the text after `limit` characters.

    Control characters, line ends, bidirectional marks and lone surrogates become escapes like `\x1b` and `\u202e`:
    terminals and log readers could act on them.
    """
    shown = cut(text, limit)
    if shown.isprintable():
        return shown
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shown)


def counted(count: int, noun: str) -> str:
    """Return a number with its noun in singular or plural: `1 request`, `2,000 requests`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Return a noun in singular or plural; `nouns` is the plural if it is not the noun with an s."""
    return noun if count == 1 else nouns or f"{noun}s"
