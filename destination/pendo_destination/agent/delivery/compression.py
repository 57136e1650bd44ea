"""Compresses JSON text to jzb, to about the same size as the agent."""

from __future__ import annotations

import zlib
from typing import Final

import pybase64

ONE_BLOCK: Final = 16384
_LEVEL: Final = 3

# The first two bytes of all the agent's zlib streams; in Python the second byte depends on the compression level.
_HEADER: Final = b"\x78\x9c"


def compress(text: str) -> str:
    """Return JSON text as jzb of about the same size as the agent's, because the agent splits events by size.

    The agent's compressor uses every match that it finds, like zlib's levels 1 to 3, and writes one block. With these
    settings zlib's sizes differ by at most 1 %; its defaults are up to 5 % smaller (measured from 0.2 to 70 kB).
    """
    plain = text.encode()
    if len(plain) <= ONE_BLOCK:
        deflated = zlib.compress(plain, _LEVEL, -zlib.MAX_WBITS)
    else:
        deflate = zlib.compressobj(level=_LEVEL, wbits=-zlib.MAX_WBITS, memLevel=9)
        deflated = deflate.compress(plain) + deflate.flush()
    return base64url(_HEADER + deflated + zlib.adler32(plain).to_bytes(4))


def base64url(raw: bytes) -> str:
    """Return bytes as base64url without padding."""
    return pybase64.b64encode_as_string(raw, b"-_").rstrip("=")
