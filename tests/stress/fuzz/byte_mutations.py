"""Mutations of compressed bytes and of their base64url text."""

from __future__ import annotations

import gzip
import zlib
from functools import cache
from typing import TYPE_CHECKING, Final

from pendo_contracts.wire import jzb

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

MEGABYTE: Final = 1024 * 1024
STRAY: Final = ("=", "==", "+", "/", "%", "%2D", " ", "\n", "\x00", "é", "\ud800", "\u0660", "A", "AA", ".", "&", "#")


def flip_bit(random: Random, data: bytes) -> bytes:
    """Change one bit."""
    if not data:
        return b"\x00"
    changed = bytearray(data)
    changed[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(changed)


def truncate(random: Random, data: bytes) -> bytes:
    """Cut the data off at a random place."""
    return data[: random.randint(0, len(data))]


def insert_bytes(random: Random, data: bytes) -> bytes:
    """Insert random bytes at a random place."""
    place = random.randint(0, len(data))
    return data[:place] + random.randbytes(random.choice((1, 4, 50))) + data[place:]


def remove_bytes(random: Random, data: bytes) -> bytes:
    """Remove a few bytes at a random place."""
    place = random.randint(0, len(data))
    return data[:place] + data[place + random.choice((1, 1, 8)) :]


def _repeat(_: Random, data: bytes) -> bytes:
    return data * 2


def _compress_twice(_: Random, data: bytes) -> bytes:
    return zlib.compress(data, 1)


def _use_other_format(random: Random, data: bytes) -> bytes:
    return random.choice((gzip.compress(data, 1), zlib.compress(data, wbits=-15), data[::-1], data[2:-4], b""))


def zip_bomb(random: Random, _: bytes) -> bytes:
    """Return a few bytes that decompress to very long or very deeply nested JSON."""
    return random.choice(_zip_bombs())


@cache
def _zip_bombs() -> tuple[bytes, ...]:
    texts = (b'"' + b"a" * jzb.INFLATED_LIMIT + b'"', b"0" * 64 * MEGABYTE, b"[" * MEGABYTE, b'{"a":' * 50_000)
    return tuple(zlib.compress(text, 9) for text in texts)


def _insert_stray(random: Random, text: str) -> str:
    place = random.randint(0, len(text))
    return text[:place] + random.choice(STRAY) + text[place:]


def _use_plain_alphabet(_: Random, text: str) -> str:
    """Write base64 instead of base64url."""
    return text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)


def _truncate_text(random: Random, text: str) -> str:
    return text[: random.randint(0, len(text))]


def _percent_encode(_: Random, text: str) -> str:
    return "".join(f"%{ord(character):02X}" for character in text)


def _change_character(random: Random, text: str) -> str:
    place = random.randint(0, len(text))
    return text[:place] + random.choice("AZaz09-_") + text[place + 1 :]


COMPRESSED_MUTATIONS: Final[tuple[Callable[[Random, bytes], bytes], ...]] = (
    *(flip_bit, flip_bit, flip_bit, truncate, insert_bytes, remove_bytes),
    *(_repeat, _compress_twice, _use_other_format),
)
BASE64_MUTATIONS: Final[tuple[Callable[[Random, str], str], ...]] = (
    *(_insert_stray, _insert_stray, _use_plain_alphabet, _truncate_text, _truncate_text),
    *(_percent_encode, _change_character, _change_character),
)
