"""jzb: the agent's encoding of payloads: JSON, then zlib, then base64url without padding."""

from __future__ import annotations

import base64
import binascii
import json
import string
import zlib
from itertools import count
from math import isinf
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pybase64
from isal import igzip_lib, isal_zlib

from pendo_contracts.common.garbage_collection import garbage_collection_paused
from pendo_contracts.wire.json_structure import count_containers, is_deeper, may_have_number, read_structure

if TYPE_CHECKING:
    from collections.abc import Callable

INFLATED_LIMIT: Final = 8 * 1024 * 1024
RATIO_LIMIT: Final = 200
RATIO_FROM: Final = 1024 * 1024
DEPTH_LIMIT: Final = 256
CONTAINER_LIMIT: Final = 100_000
VALUE_LIMIT: Final = 200_000
# These two limits apply to documents of more than LARGE bytes. JavaScript writes at most 21 digits.
LARGE: Final = 16 * 1024
DECIMAL_LIMIT: Final = 50_000
DIGIT_LIMIT: Final = 400

_CHARACTERS: Final = frozenset(string.ascii_letters + string.digits + "-_")
_ALPHABET: Final = "".join(_CHARACTERS).encode()
_ALTERNATIVES: Final = b"-_"
_SHOWN: Final = 40


class JzbError(ValueError):
    """A jzb or a JSON text that cannot be decoded; `reason` is one word, `detail` says what is wrong and where.

    Reasons: alphabet, length, zlib, truncated, trailing, size, ratio, utf8, json, depth, containers, values, decimals,
    digits, shape.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail

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
    return parse(unpack(jzb, limit=limit))


def unpack(jzb: str, *, limit: int = INFLATED_LIMIT) -> bytes:
    """Decode a jzb to its JSON text; raise JzbError if that is not possible."""
    return inflate(_from_base64url(jzb), limit=limit)


def _from_base64url(jzb: str) -> bytes:
    packed = jzb.encode("utf-8", "surrogatepass")
    try:
        if b"+" not in packed and b"/" not in packed and b"=" not in packed:
            return pybase64.b64decode(packed + b"=" * (-len(packed) % 4), _ALTERNATIVES, validate=True)
    except binascii.Error:
        pass
    return _from_doubtful_base64url(jzb, packed)


def _from_doubtful_base64url(jzb: str, packed: bytes) -> bytes:
    """Decode a text that is probably not base64url; raise JzbError with the reason."""
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

    The last value of a repeated key counts, as in JavaScript. Raises JzbError for invalid JSON, and for a document
    above one of the limits, because a small request could otherwise keep the process busy for seconds.
    """
    try:
        if len(document) > LARGE:
            return _parse_large(document)
        if document.count(b"[") + document.count(b"{") > DEPTH_LIMIT:
            _check_structure(document)
        return msgspec.json.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _parse_with_json(document, _read_float, int)  # accepts the lone surrogates that agents send
    except RecursionError as error:
        raise _too_deep() from error


def has_long_number(document: bytes) -> bool:
    """Return whether a large document may have a number of DIGIT_LIMIT digits, which `parse` refuses."""
    return len(document) > LARGE and may_have_number(document, DIGIT_LIMIT)


def _may_have_many_values(document: bytes) -> bool:
    """Return whether there can be more than VALUE_LIMIT names and values; text in strings counts too."""
    return len(document) > VALUE_LIMIT and document.count(b",") + document.count(b":") >= VALUE_LIMIT


def _check_structure(document: bytes) -> None:
    """Raise JzbError for too many names and values, too many containers or too deep nesting."""
    values, brackets = read_structure(document, VALUE_LIMIT)
    if values > VALUE_LIMIT:
        message = f"the JSON has {values:,} names and values or more; the limit is {{limit:,}}"
        raise _above_limit("values", message, VALUE_LIMIT)
    if (containers := count_containers(brackets)) > CONTAINER_LIMIT:
        message = f"the JSON has {containers:,} arrays and objects; the limit is {{limit:,}}"
        raise _above_limit("containers", message, CONTAINER_LIMIT)
    if is_deeper(brackets, DEPTH_LIMIT):
        raise _too_deep()


def _above_limit(reason: str, message: str, limit: int) -> JzbError:
    return JzbError(reason, message.format(limit=limit))


def _too_deep() -> JzbError:
    return _above_limit("depth", "the JSON is nested deeper than {limit} levels", DEPTH_LIMIT)


def _parse_large(document: bytes) -> Any:
    """Parse once, without garbage collection and without msgspec's own conversion of decimals.

    Garbage collection takes longer than decoding if there are many new containers. msgspec takes 10 to 20 µs for some
    decimals, such as 1e-320; Python takes 1 µs.
    """
    if count_containers(document) > DEPTH_LIMIT or _may_have_many_values(document):
        _check_structure(document)
    read_decimal = _DecimalReader()
    with garbage_collection_paused():
        if b"\\ud" in document or b"\\uD" in document or has_long_number(document):
            return _parse_with_json(document, read_decimal, _read_integer)
        try:
            return msgspec.json.Decoder(float_hook=read_decimal).decode(document)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            _require_utf8(document)
            raise read_decimal.error or JzbError("json", f"not readable JSON: {error}") from error


def _parse_with_json(document: bytes, read_decimal: Callable[[str], float], read_integer: Callable[[str], int]) -> Any:
    _require_utf8(document)
    try:
        return json.loads(
            document.decode(), parse_constant=_refuse_constant, parse_float=read_decimal, parse_int=read_integer
        )
    except JzbError:
        raise
    except ValueError as error:
        raise JzbError("json", f"not readable JSON: {error}") from error
    except RecursionError as error:
        raise _too_deep() from error


def _require_utf8(document: bytes) -> None:
    try:
        document.decode()
    except UnicodeDecodeError as error:
        raise JzbError("utf8", f"byte {error.start} is not UTF-8") from error


def _refuse_constant(name: str) -> None:
    raise JzbError("json", f"not JSON: {name} is not a JSON value")


def _read_float(digits: str) -> float:
    if isinf(number := float(digits)):
        raise JzbError("json", f"not readable JSON: {digits[:_SHOWN]} is too large for a number")
    return number


def _read_integer(digits: str) -> int:
    if len(digits) > DIGIT_LIMIT:
        message = f"a number has {len(digits):,} digits; the limit is {{limit}} in a JSON text of this size"
        raise _above_limit("digits", message, DIGIT_LIMIT)
    return int(digits)


class _DecimalReader:
    """Reads at most DECIMAL_LIMIT numbers with a decimal point or an exponent; `error` is the first error."""

    def __init__(self) -> None:
        self.error: JzbError | None = None
        self._numbers = count(1)

    def __call__(self, digits: str) -> float:
        try:
            if next(self._numbers) > DECIMAL_LIMIT:
                message = "the JSON has more than {limit:,} numbers with a decimal point or an exponent"
                raise _above_limit("decimals", message, DECIMAL_LIMIT)
            return _read_float(digits)
        except JzbError as error:
            self.error = error
            raise
