"""Digests of a request and of the content of its events; equal JSON values have equal digests."""

from __future__ import annotations

import json
import re
from hashlib import sha1
from typing import TYPE_CHECKING, Any, Final

import msgspec
from isal import isal_zlib

if TYPE_CHECKING:
    from pendo_contracts.judged_request import JudgedRequest

_crc32, _adler32 = isal_zlib.crc32, isal_zlib.adler32
_ENCODER: Final = msgspec.msgpack.Encoder(order="deterministic")
# The last bytes of a float without fraction are zero, if it is below 2^37.
_FLOAT: Final = b"\xcb"
_INTEGRAL_FLOAT: Final = re.compile(rb"\xcb.{6}\0\0", re.DOTALL)
# The webhook takes the account from a property (documented); the agent adds promoted metadata (observed).
_NOT_COMPARED: Final = frozenset({"groupId", "__sg__"})


def pack(value: Any) -> bytes:
    """Write a JSON value so that equal values are equal bytes: the order of members does not count, 1.0 equals 1.

    The members of a typed value are in alphabetical order, and members that are UNSET are left out.
    """
    try:
        packed = _ENCODER.encode(value)
        if _FLOAT in packed and _INTEGRAL_FLOAT.search(packed):
            packed = _ENCODER.encode(_with_integers(value))
    except (UnicodeEncodeError, ValueError, OverflowError):
        packed = json.dumps(_with_integers(value), sort_keys=True).encode()
    return packed


def checksum(packed: bytes) -> int:
    """Return the digest of a packed value, a number of 64 bits."""
    return _crc32(packed) << 32 | _adler32(packed)


def compared_properties(properties: Any) -> Any:
    """Return a track event's properties without those that differ between agent and webhook."""
    properties = properties or {}
    if type(properties) is dict and not _NOT_COMPARED.isdisjoint(properties):
        return {key: item for key, item in properties.items() if key not in _NOT_COMPARED}
    return properties


def digest_attempt(request: JudgedRequest) -> bytes:
    """Digest the data that all tries of a request share: its events' positions, or its method, path and payload."""
    beacon = request.beacon
    if beacon.typed:
        places = [(event.decoded.frameId, event.decoded.sequence) for event in beacon.events]
    else:
        values = [event.decoded for event in beacon.events if isinstance(event.decoded, dict)]
        places = [(value.get("frameId"), value.get("sequence")) for value in values if "sequence" in value]
    parts: tuple[Any, ...] = (beacon.endpoint_name, beacon.api_key, places)
    body = b""
    if not places:
        parts = (beacon.endpoint_name, beacon.api_key, beacon.method, beacon.path, beacon.query.get("jzb"))
        body = request.envelope.body
    return sha1(repr(parts).encode("utf-8", "surrogatepass") + body, usedforsecurity=False).digest()


def _with_integers(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _with_integers(msgspec.to_builtins(value))
    if type(value) is float and value.is_integer():
        return int(value)
    if isinstance(value, list | tuple):
        return [_with_integers(item) for item in value]
    if isinstance(value, dict):
        return {name: _with_integers(item) for name, item in value.items()}
    return value
