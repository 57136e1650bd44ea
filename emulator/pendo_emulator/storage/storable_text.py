"""Text that every database accepts."""

from __future__ import annotations


def storable(value: str) -> str:
    """Replace the characters that a database rejects in a text: lone surrogates and NUL."""
    if value.isascii() and "\0" not in value:
        return value
    return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
