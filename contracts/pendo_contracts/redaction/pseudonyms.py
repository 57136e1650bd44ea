"""Pseudonyms: keyed permutations of words that keep equality, case, length and the class of each character."""

from __future__ import annotations

import hmac
import os
from hashlib import blake2b
from math import isqrt, prod
from typing import TYPE_CHECKING, Final

from pendo_contracts.redaction.characters import DIGITS, HEX_LETTERS, alphabet_of, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

KEY_BYTES: Final = 32
# Longer words repeat the pseudonym of their digest, so that long runs of one character stay compressible.
LONGEST: Final = 32

_ROUNDS: Final = 4
_FIRST_DIGITS: Final = DIGITS[1:]


class Pseudonyms:
    """Replaces words; the same key gives the same pseudonyms.

    Different words have different pseudonyms: words of at most LONGEST characters are permuted, longer ones hashed. A
    word that has any possible replacement never stays as it is. Words in `reserved`, in small letters, are neither
    replaced nor results.
    """

    def __init__(self, key: bytes | None = None, reserved: Collection[str] = ()) -> None:
        self._key = key or os.urandom(KEY_BYTES)
        self._reserved = frozenset(reserved)
        self._words: dict[tuple[str, str], str] = {}
        self._subkeys: dict[tuple[str, ...], bytes] = {}

    def word(self, word: str) -> str:
        """Return the pseudonym of a word of letters and digits."""
        return self._cached("word", word, _word_alphabets)

    def hexadecimal(self, word: str) -> str:
        """Return the pseudonym of a hexadecimal number."""
        return self._cached("hex", word, _hexadecimal_alphabets)

    def choice(self, text: str, alphabets: Sequence[str], is_valid: Callable[[str], bool] = bool) -> str:
        """Return the pseudonym of a text of which each character is in the alphabet of its place.

        Only results that are valid are given.
        """
        alphabets = tuple(alphabets)
        for _ in range(1_000):
            text = self._permuted(text, alphabets)
            if is_valid(text):
                break
        return text

    def _cached(self, kind: str, word: str, read: Callable[[str], tuple[str, ...]]) -> str:
        found = self._words.get((kind, word))
        if found is None:
            found = self._words[kind, word] = self._replaced(word, read)
        return found

    def _replaced(self, word: str, read: Callable[[str], tuple[str, ...]]) -> str:
        folded = "".join(map(fold, word))
        if folded in self._reserved:
            return word
        alphabets = read(folded)
        replace = self._hashed if len(word) > LONGEST else self._permuted
        result = replace(folded, alphabets)
        while result in self._reserved:
            result = replace(result, alphabets)
        return "".join(
            new if old == small else new.upper() for old, small, new in zip(word, folded, result, strict=True)
        )

    def _hashed(self, folded: str, alphabets: tuple[str, ...]) -> str:
        """Return a digest of a long text, repeated."""
        digest = hmac.digest(self._key, folded.encode("utf-8", "surrogatepass"), "sha256")
        number, choices = int.from_bytes(digest, "big"), []
        for _ in range(LONGEST):
            number, choice = divmod(number, 1 << 8)
            choices.append(choice)
        return "".join(alphabet[choices[place % LONGEST] % len(alphabet)] for place, alphabet in enumerate(alphabets))

    def _permuted(self, text: str, alphabets: tuple[str, ...]) -> str:
        """Permute the texts of some alphabets: one cycle through all of them, so that no text stays the same."""
        sizes = [len(alphabet) for alphabet in alphabets]
        total = prod(sizes)
        if total == 1:
            return text
        number = 0
        for character, alphabet in zip(text, alphabets, strict=True):
            number = number * len(alphabet) + alphabet.index(character)
        key = self._subkey(alphabets)
        number = _scramble((_unscramble(number, total, key) + 1) % total, total, key)
        found = []
        for alphabet in reversed(alphabets):
            number, place = divmod(number, len(alphabet))
            found.append(alphabet[place])
        return "".join(reversed(found))

    def _subkey(self, alphabets: tuple[str, ...]) -> bytes:
        found = self._subkeys.get(alphabets)
        if found is None:
            found = hmac.digest(self._key, repr(alphabets).encode("utf-8", "surrogatepass"), "sha256")
            self._subkeys[alphabets] = found
        return found


def _scramble(number: int, total: int, key: bytes) -> int:
    """Permute the numbers below `total` with a Feistel network; results above are permuted again."""
    left_size = isqrt(total - 1) + 1
    right_size = -(-total // left_size)
    while True:
        left, right = divmod(number, right_size)
        for turn in range(_ROUNDS):
            left = (left + _digest(turn, right, key)) % left_size
            right = (right + _digest(~turn, left, key)) % right_size
        number = left * right_size + right
        if number < total:
            return number


def _unscramble(number: int, total: int, key: bytes) -> int:
    left_size = isqrt(total - 1) + 1
    right_size = -(-total // left_size)
    while True:
        left, right = divmod(number, right_size)
        for turn in reversed(range(_ROUNDS)):
            right = (right - _digest(~turn, left, key)) % right_size
            left = (left - _digest(turn, right, key)) % left_size
        number = left * right_size + right
        if number < total:
            return number


def _digest(turn: int, half: int, key: bytes) -> int:
    return int.from_bytes(blake2b(b"%d %d" % (turn, half), key=key, digest_size=16).digest(), "big")


def _word_alphabets(folded: str) -> tuple[str, ...]:
    """Return the alphabets of a word; a number keeps its leading zeros and gets no others."""
    if not (folded.isascii() and folded.isdecimal()):
        return tuple(map(alphabet_of, folded))
    number = folded.lstrip("0")
    zeros = ("0",) * (len(folded) - len(number))
    return (*zeros, _FIRST_DIGITS, *(DIGITS,) * (len(number) - 1)) if number else zeros


def _hexadecimal_alphabets(folded: str) -> tuple[str, ...]:
    return tuple(DIGITS if character in DIGITS else HEX_LETTERS for character in folded)
