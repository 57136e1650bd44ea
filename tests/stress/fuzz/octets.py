"""Mutations of packed bytes, and of the base64url that is made of them."""

from __future__ import annotations

import gzip
import zlib
from functools import cache
from typing import TYPE_CHECKING, Final

from pendo_contracts import jzb

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

MEGABYTE: Final = 1024 * 1024
STRAY: Final = ("=", "==", "+", "/", "%", "%2D", " ", "\n", "\x00", "é", "\ud800", "\u0660", "A", "AA", ".", "&", "#")


def flip(random: Random, octets: bytes) -> bytes:
    """Change one bit."""
    if not octets:
        return b"\x00"
    changed = bytearray(octets)
    changed[random.randrange(len(octets))] ^= 1 << random.randrange(8)
    return bytes(changed)


def cut(random: Random, octets: bytes) -> bytes:
    """Break off at some place."""
    return octets[: random.randint(0, len(octets))]


def insert(random: Random, octets: bytes) -> bytes:
    """Put random bytes in at some place."""
    place = random.randint(0, len(octets))
    return octets[:place] + random.randbytes(random.choice((1, 4, 50))) + octets[place:]


def lose(random: Random, octets: bytes) -> bytes:
    """Leave some bytes out."""
    place = random.randint(0, len(octets))
    return octets[:place] + octets[place + random.choice((1, 1, 8)) :]


def _repeat(_: Random, octets: bytes) -> bytes:
    return octets * 2


def _pack_again(_: Random, octets: bytes) -> bytes:
    return zlib.compress(octets, 1)


def _pack_otherwise(random: Random, octets: bytes) -> bytes:
    return random.choice((gzip.compress(octets, 1), zlib.compress(octets, wbits=-15), octets[::-1], octets[2:-4], b""))


def explode(random: Random, _: bytes) -> bytes:
    """Take what is far larger, or far deeper, than it looks."""
    return random.choice(_bombs())


@cache
def _bombs() -> tuple[bytes, ...]:
    texts = (b'"' + b"a" * jzb.INFLATED_LIMIT + b'"', b"0" * 64 * MEGABYTE, b"[" * MEGABYTE, b'{"a":' * 50_000)
    return tuple(zlib.compress(text, 9) for text in texts)


def _put_stray(random: Random, text: str) -> str:
    place = random.randint(0, len(text))
    return text[:place] + random.choice(STRAY) + text[place:]


def _use_plain_alphabet(_: Random, text: str) -> str:
    return text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)


def _cut_text(random: Random, text: str) -> str:
    return text[: random.randint(0, len(text))]


def _quote(_: Random, text: str) -> str:
    return "".join(f"%{ord(character):02X}" for character in text)


def _change(random: Random, text: str) -> str:
    place = random.randint(0, len(text))
    return text[:place] + random.choice("AZaz09-_") + text[place + 1 :]


ON_PACKED: Final[tuple[Callable[[Random, bytes], bytes], ...]] = (
    *(flip, flip, flip, cut, insert, lose, _repeat, _pack_again, _pack_otherwise),
)
ON_JZB: Final[tuple[Callable[[Random, str], str], ...]] = (
    *(_put_stray, _put_stray, _use_plain_alphabet, _cut_text, _cut_text, _quote, _change, _change),
)
