"""Classes of characters: a pseudonym has a character of the same class at each place."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
DIGITS: Final = "0123456789"
HEX_LETTERS: Final = "abcdef"

_BLOCK: Final = 128
# `lower` of a text writes a capital sigma in two ways, depending on its place.
_FIXED: Final = frozenset("σςΣ")


@lru_cache(maxsize=65_536)
def fold(character: str) -> str:
    """Return the small letter of a capital letter, if that can be undone without another length in UTF-8."""
    lower = character.lower()
    return lower if _is_pair(lower, character) else character


@cache
def alphabet_of(folded: str) -> str:
    """Return the characters that can replace a folded character: of its kind, its script and its length in UTF-8.

    A character without a replacement is an alphabet of its own.
    """
    if folded in LETTERS:
        return LETTERS
    if folded in DIGITS:
        return DIGITS
    if folded in _FIXED or not (folded.isalpha() or folded.isdecimal()):
        return folded
    kind = _kind(folded)
    first = ord(folded) // _BLOCK * _BLOCK
    return "".join(
        other
        for code in range(first, first + _BLOCK)
        if (other := chr(code)) not in _FIXED and fold(other) == other and _kind(other) == kind
    )


def _kind(folded: str) -> tuple[bool, bool, bool, int]:
    has_pair = _is_pair(folded, folded.upper())
    return folded.isalpha(), folded.isdecimal(), has_pair, len(folded.encode("utf-8", "surrogatepass"))


def _is_pair(lower: str, upper: str) -> bool:
    """Return whether two characters are a small letter and its capital letter, with the same length in UTF-8."""
    if len(lower) != 1 or len(upper) != 1 or lower == upper:
        return False
    is_mutual = lower.upper() == upper and upper.lower() == lower
    return is_mutual and len(lower.encode()) == len(upper.encode())
