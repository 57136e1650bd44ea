"""Reads captures: requests as JSON objects `{method, url, headers, body | body_base64, received_at}`, one on a line.

An emulator's own captures also have the status of the answer and the fault that was applied.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pendo_contracts.recordings.entry import Entry, to_bytes, valid_url
from pendo_contracts.wire.envelope import Envelope
from pendo_contracts.wire.json_structure import structure_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

VALUE_COUNT_LIMIT: Final = 1_000_000
# The limit is far below Python's own, which depends on the calling code and thus on the process.
DEPTH_LIMIT: Final = 200

_SEGMENT_TYPES: Final = frozenset({"track", "identify", "group", "page", "screen", "alias"})
_FORM: Final = "{method, url, headers, body, received_at}"


def read_lines(data: bytes, name: str, first: int) -> Iterator[Entry]:
    """Yield an entry for each line that is not blank; `first` is the number of the first line."""
    for number, line in enumerate(data.split(b"\n"), first):
        if line and not line.isspace():
            where = f"{name}:{number}"
            yield _read_usual(line, where) or read_request(_parse(line), where)


class _UsualRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A captured request in the form that most recordings have: its body is a text, and it has no nested values."""

    method: str
    url: str
    headers: dict[str, str]
    body: str
    received_at: int | float
    body_base64: None = None
    status: int | None = None
    fault: str | None = None


_decode_usual: Final = msgspec.json.Decoder(_UsualRequest).decode


def _read_usual(line: bytes, where: str) -> Entry | None:
    """Read a line of the usual form; return None for any other line, which read_request reads with the same result."""
    # A line of fewer bytes cannot have more values than the limit.
    if len(line) > VALUE_COUNT_LIMIT:
        return None
    try:
        request = _decode_usual(line)
        headers = {name.lower(): text for name, text in request.headers.items()}
        url, received_at = valid_url(request.url), milliseconds(request.received_at)
        envelope = Envelope(request.method, url, headers, to_bytes(request.body), received_at)
    except (ValueError, RecursionError):
        return None
    return Entry(where, envelope, status=request.status, fault=request.fault or "")


def read_request(value: Any, where: str) -> Entry:
    """Read one captured request; return an entry with a `problem` for any other value."""
    if not isinstance(value, dict):
        problem = value.text if isinstance(value, _NotJson) else f"not an object of the form {_FORM}"
        return Entry(where, None, problem, foreign=True, damaged=isinstance(value, _NotJson))
    if "url" not in value and "method" not in value:
        return Entry(where, None, _describe_other(value), foreign=True)
    try:
        status, fault = _status(value.get("status")), _text(value.get("fault"))
        return Entry(where, _envelope(value), status=status, not_judged=_lost(value), fault=fault)
    except (ValueError, TypeError, RuntimeError, OverflowError) as error:
        return Entry(where, None, f"not a captured request: {error}")


class _NotJson:
    def __init__(self, text: str) -> None:
        self.text = text


def _parse(line: bytes) -> Any:
    if problem := structure_problem(line, VALUE_COUNT_LIMIT, DEPTH_LIMIT):
        return _NotJson(f"the JSON is {problem}")
    try:
        return msgspec.json.decode(line)
    except (ValueError, RecursionError):
        return _parse_leniently(line)


def _parse_leniently(line: bytes) -> Any:
    """Parse JSON, and also accept lone surrogates, NaN and Infinity: recorders write them, but msgspec rejects them."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        return _NotJson(f"not JSON: {'nested too deep' if isinstance(error, RecursionError) else error}")


def _describe_other(value: dict[str, Any]) -> str:
    if value.get("type") in _SEGMENT_TYPES:
        return "a Segment event, not a request to Pendo: use `pendo-destination send`"
    return f"not a request of the form {_FORM}"


def _envelope(value: dict[str, Any]) -> Envelope:
    method, url, headers = value.get("method"), value.get("url"), value.get("headers")
    if not isinstance(method, str) or not isinstance(url, str):
        raise TypeError("`method` and `url` must be strings")
    if headers is not None and not isinstance(headers, dict):
        raise TypeError("`headers` must be an object")
    texts = {str(name).lower(): str(text) for name, text in (headers or {}).items()}
    return Envelope(method, valid_url(url), texts, _body(value), milliseconds(value.get("received_at")))


def _body(value: dict[str, Any]) -> bytes:
    packed, text = value.get("body_base64"), value.get("body")
    if isinstance(packed, str):
        try:
            return base64.b64decode(packed)
        except binascii.Error as error:
            raise ValueError(f"`body_base64` is not base64: {error}") from error
    if text is not None and not isinstance(text, str):
        raise TypeError("`body` must be a string")
    return to_bytes(text or "")


def _lost(value: dict[str, Any]) -> str:
    """Return a text that says that the recorder left out the body, if the headers announce one; else ""."""
    if "body" in value or "body_base64" in value:
        return ""
    headers = value.get("headers") or {}
    announced = next((text for name, text in headers.items() if name.lower() == "content-length"), 0)
    return "" if str(announced) in {"0", ""} else f"the recording has no body; {announced} bytes were sent"


def _status(value: Any) -> int | None:
    return value if type(value) is int else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def milliseconds(value: Any) -> int:
    """Read a time in milliseconds; return 0 if it is missing or invalid."""
    if type(value) is int:
        return value if -(2**63) < value < 2**63 else 0
    usable = type(value) is float and math.isfinite(value) and abs(value) < 2**63
    return int(value) if usable else 0
