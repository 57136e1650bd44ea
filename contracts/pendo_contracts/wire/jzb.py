"""jzb: the agent's encoding of payloads: JSON, then zlib, then base64url without padding."""

from __future__ import annotations

import base64
import gc
import json
import string
import zlib
from dataclasses import dataclass
from itertools import accumulate
from math import isinf
from typing import Any, Final

import msgspec
import pybase64
from isal import igzip_lib, isal_zlib

INFLATED_LIMIT: Final = 8 * 1024 * 1024
RATIO_LIMIT: Final = 200
RATIO_FROM: Final = 1024 * 1024
DEPTH_LIMIT: Final = 256
CONTAINER_LIMIT: Final = 200_000

_NOT_STRUCTURE: Final = bytes(set(range(256)) - set(b'[]{}"'))
_DEPTH_CHANGE: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_BLOCK: Final = 128
_MANY_CONTAINERS: Final = 10_000
_CHARACTERS: Final = frozenset(string.ascii_letters + string.digits + "-_")
_ALPHABET: Final = "".join(_CHARACTERS).encode()
_ALTERNATIVES: Final = b"-_"
_SHOWN: Final = 40


@dataclass(eq=False)
class JzbError(ValueError):
    """A jzb or a JSON text that cannot be decoded; `reason` is one word, `detail` says what is wrong and where.

    Reasons: alphabet, length, zlib, truncated, trailing, size, ratio, utf8, json, depth, containers, shape.
    """

    reason: str
    detail: str

    def __str__(self) -> str:
        return self.detail


def encode(value: Any) -> str:
    """Encode a JSON value.

    The result may differ from the agent's, because the agent compresses differently; both decode to the same value.
    """
    return pack(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def pack(text: str) -> str:
    """Encode JSON text without changing it."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8", "replace"))).decode().rstrip("=")


def decode(jzb: str, *, limit: int = INFLATED_LIMIT) -> Any:
    """Decode a jzb to its JSON value; raise JzbError for anything that the agent cannot write.

    `limit` bounds the inflated size in bytes.
    """
    return parse(inflate(_from_base64url(jzb), limit=limit))


def _from_base64url(jzb: str) -> bytes:
    packed = jzb.encode("utf-8", "surrogatepass")
    if packed.translate(None, _ALPHABET):
        stray = next(place for place, character in enumerate(jzb) if character not in _CHARACTERS)
        where = f"{jzb[stray]!r} at position {stray}"
        raise JzbError("alphabet", f"the jzb has {where}, which is not one of A-Z a-z 0-9 - _")
    if len(packed) % 4 == 1:
        message = f"a base64url text cannot have {len(packed)} characters: one is missing or one is too many"
        raise JzbError("length", message)
    return pybase64.b64decode(packed + b"=" * (-len(packed) % 4), _ALTERNATIVES)


def inflate(packed: bytes, *, limit: int = INFLATED_LIMIT) -> bytes:
    """Decompress a zlib stream; raise JzbError if it is damaged, truncated or inflates to more than `limit` bytes.

    If the result has RATIO_FROM bytes or more, it may be at most RATIO_LIMIT times as large as the input.
    """
    stream = isal_zlib.decompressobj()
    try:
        inflated = stream.decompress(packed, limit)
    except igzip_lib.IsalError as error:  # type: ignore[misc] # its stub does not declare it as an exception
        raise JzbError("zlib", f"the bytes are not a zlib stream: {error}") from error
    if stream.unconsumed_tail:
        raise JzbError("size", f"inflates to more than {limit} bytes")
    if len(inflated) >= RATIO_FROM and len(inflated) > RATIO_LIMIT * len(packed):
        raise JzbError("ratio", f"inflates to more than {RATIO_LIMIT} times its size")
    if not stream.eof:
        raise JzbError("truncated", f"the zlib stream is truncated after {len(packed)} bytes")
    if stream.unused_data:
        raise JzbError("trailing", f"{len(stream.unused_data)} bytes follow the zlib stream")
    return inflated


def parse(document: bytes) -> Any:
    """Parse strict JSON from UTF-8; keep all digits of integers and lone surrogates; NaN is an error.

    The last value of a repeated key counts, as in JavaScript. Raises JzbError for invalid JSON, and for a document with
    more than CONTAINER_LIMIT arrays and objects or deeper than DEPTH_LIMIT, because a small request could otherwise
    keep the process busy for seconds.
    """
    containers = document.count(b"[") + document.count(b"{")
    if containers > DEPTH_LIMIT:
        _check_structure(document)
    try:
        value = _decode_large(document) if containers > _MANY_CONTAINERS else msgspec.json.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError):
        value = _parse_slowly(document)
    except RecursionError as error:
        raise _too_deep() from error
    return value


def _decode_large(document: bytes) -> Any:
    """Decode without garbage collection, which many new containers trigger often: it takes longer than decoding."""
    if not gc.isenabled():
        return msgspec.json.decode(document)
    gc.disable()
    try:
        return msgspec.json.decode(document)
    finally:
        gc.enable()


def _check_structure(document: bytes) -> None:
    """Raise JzbError for too many containers or too deep nesting; brackets inside strings do not count."""
    brackets = _brackets(document)
    containers = brackets.count(b"[") + brackets.count(b"{")
    if containers > CONTAINER_LIMIT:
        raise JzbError(
            "containers", f"the JSON has {containers:,} arrays and objects; the limit is {CONTAINER_LIMIT:,}"
        )
    if _is_too_deep(brackets):
        raise _too_deep()


def _is_too_deep(brackets: bytes) -> bool:
    """Return whether brackets nest deeper than DEPTH_LIMIT; only blocks that can reach it are read one by one."""
    depth = 0
    for start in range(0, len(brackets), _BLOCK):
        block = brackets[start : start + _BLOCK]
        opening = block.count(b"[") + block.count(b"{")
        if depth + opening > DEPTH_LIMIT:
            depths = accumulate(map(_DEPTH_CHANGE.__getitem__, block), initial=depth)
            if max(depths) > DEPTH_LIMIT:
                return True
        depth += 2 * opening - len(block)
    return False


def _brackets(document: bytes) -> bytes:
    """Return the brackets of a JSON text, without those inside strings."""
    if b"\\" in document:
        document = document.replace(b"\\\\", b"").replace(b'\\"', b"")
    kept = document.translate(None, _NOT_STRUCTURE)
    # To remove two quotes side by side does not change which brackets are inside strings.
    return b"".join(kept.replace(b'""', b"").split(b'"')[::2])


def _parse_slowly(document: bytes) -> Any:
    """Parse JSON that msgspec rejects: accept lone surrogates, which agents send; raise JzbError for other errors."""
    try:
        return json.loads(document.decode(), parse_constant=_refuse_constant, parse_float=_read_float)
    except UnicodeDecodeError as error:
        raise JzbError("utf8", f"byte {error.start} is not UTF-8") from error
    except JzbError:
        raise
    except ValueError as error:
        raise JzbError("json", f"not readable JSON: {error}") from error
    except RecursionError as error:
        raise _too_deep() from error


def _refuse_constant(name: str) -> None:
    raise JzbError("json", f"not JSON: {name} is not a JSON value")


def _read_float(digits: str) -> float:
    if isinf(number := float(digits)):
        raise JzbError("json", f"not readable JSON: {digits[:_SHOWN]} is too large for a number")
    return number


def _too_deep() -> JzbError:
    return JzbError("depth", f"the JSON is nested deeper than {DEPTH_LIMIT} levels")
