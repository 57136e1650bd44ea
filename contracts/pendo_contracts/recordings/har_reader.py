"""Reads HAR 1.2 files of browsers, Playwright and proxies."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pendo_contracts.recordings.entry import Entry, to_bytes, valid_url
from pendo_contracts.recordings.ndjson_reader import milliseconds
from pendo_contracts.wire.beacon import split_url
from pendo_contracts.wire.endpoint import find_endpoint
from pendo_contracts.wire.envelope import Envelope
from pendo_contracts.wire.region import is_pendo_host, locate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pendo_contracts.recordings.opening import ReadBody

_ERRORS: Final = ("_error", "_failureText", "_errorText", "errorText", "statusText", "comment")
_REPLACEMENT: Final = "\ufffd"
_FORM: Final = "application/x-www-form-urlencoded"


class HarReader:
    """Reads the values of a HAR: the entries for Pendo, and nothing else."""

    def __init__(self, cnames: Collection[str] = ()) -> None:
        self._cnames = cnames

    def read_entry(self, value: Any, where: str, read_body: ReadBody) -> Entry | None:
        """Return an entry, or None for an entry that is left out; the parameters are those of read_har_entry."""
        return read_har_entry(value, where, self._cnames, read_body)

    def read_member(self, name: str, value: Any) -> None:
        """Read another member of the HAR's `log`, such as `creator`; this reader ignores it.

        A value that is too large is a TooLargeError.
        """


def read_har_entry(entry: Any, where: str, cnames: Collection[str], read_body: ReadBody) -> Entry | None:
    """Return a request to Pendo's hosts, to `cnames` or to Pendo's paths; return None for any other entry of a HAR.

    `read_body` reads a body from a separate file.
    """
    request = entry.get("request") if isinstance(entry, dict) else None
    if isinstance(request, dict) and _is_taken(request, cnames):
        return _entry(entry, request, where, read_body)
    return None


def _is_taken(request: dict[str, Any], cnames: Collection[str]) -> bool:
    url = request.get("url")
    return isinstance(url, str) and request.get("method") != "CONNECT" and concerns_pendo(url, cnames)


def concerns_pendo(url: str, cnames: Collection[str]) -> bool:
    """Return whether a URL is for Pendo: by its host, by its path, or because its path contains a Pendo host's name."""
    netloc, path, _ = split_url(url)
    place = locate(netloc)
    if place.kind in {"region", "unlisted"} or is_pendo_host(place.host) or place.host in cnames:
        return True
    return find_endpoint(path) is not None or any(is_pendo_host(step.lower()) for step in path.split("/"))


def _entry(entry: dict[str, Any], request: dict[str, Any], where: str, read_body: ReadBody) -> Entry:
    method = request.get("method")
    if not isinstance(method, str):
        return Entry(where, None, "the request's `method` is not a string")
    headers = _headers(request.get("headers"))
    try:
        url = valid_url(request["url"])
    except ValueError as error:
        return Entry(where, None, f"the request's `url` is not a URL: {error}")
    body, lost = _body(request, headers, read_body)
    headers.pop("content-length", None)
    envelope = Envelope(method, url, headers, body, _started(entry.get("startedDateTime")))
    status, reason = _answer(entry)
    return Entry(where, envelope, status=status, not_received=reason, not_judged=lost)


def _headers(listed: Any) -> dict[str, str]:
    pairs = [(item.get("name"), item.get("value")) for item in _objects(listed)]
    return {name.lower(): value for name, value in pairs if isinstance(name, str) and isinstance(value, str)}


def _objects(listed: Any) -> list[dict[str, Any]]:
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _body(request: dict[str, Any], headers: dict[str, str], read_body: ReadBody) -> tuple[bytes, str]:
    """Return the body, and a text that says which part is missing ("" if it is complete)."""
    posted = request.get("postData")
    posted = posted if isinstance(posted, dict) else {}
    readers: tuple[Callable[[], tuple[bytes, str] | None], ...] = (
        lambda: _from_text(posted),
        lambda: _from_file(posted, read_body),
        lambda: _from_params(posted),
    )
    for read in readers:
        if (found := read()) is not None:
            body, lost = found
            return body, lost or _shortage(body, headers)
    expected = max(_length(request.get("bodySize")), _length(headers.get("content-length")))
    return b"", f"the recording has no body; {expected:,} bytes were sent" if expected else ""


def _from_text(posted: dict[str, Any]) -> tuple[bytes, str] | None:
    text = posted.get("text")
    if not isinstance(text, str) or not text:
        return None
    if (posted.get("encoding") or posted.get("_encoding")) == "base64":
        try:
            return base64.b64decode(text, validate=True), ""
        except ValueError as error:
            return b"", f"the recording says that the body is base64, but it is not: {error}"
    mime = str(posted.get("mimeType"))
    binary = _REPLACEMENT in text and not mime.startswith(("application/json", "text/json"))
    return to_bytes(text), "the recorder replaced bytes of the binary body by U+FFFD" if binary else ""


def _from_file(posted: dict[str, Any], read_body: ReadBody) -> tuple[bytes, str] | None:
    name = posted.get("_file")
    if not isinstance(name, str) or not name:
        return None
    body = read_body(name)
    return (b"", f"the body's file {name} is not in the folder of the recording") if body is None else (body, "")


def _from_params(posted: dict[str, Any]) -> tuple[bytes, str] | None:
    """Rebuild a body from its form fields; some recorders split every body at `&` and `=`."""
    fields = [(item.get("name"), item.get("value")) for item in _objects(posted.get("params"))]
    pairs = [(name, value) for name, value in fields if isinstance(name, str)]
    if not pairs:
        return None
    escape = quote if str(posted.get("mimeType")).startswith(_FORM) else str
    texts = (escape(name) + (f"={escape(value)}" if isinstance(value, str) and value else "") for name, value in pairs)
    return to_bytes("&".join(texts)), ""


def _shortage(body: bytes, headers: dict[str, str]) -> str:
    """Return a text that says how much of the body is missing; skip compressed bodies, because their length differs."""
    expected = 0 if "content-encoding" in headers else _length(headers.get("content-length"))
    return f"the recording has {len(body):,} of {expected:,} bytes of the body" if len(body) < expected else ""


def _length(value: Any) -> int:
    text = str(value)
    return int(text) if len(text) < 16 and text.isascii() and text.isdecimal() else 0


def _started(value: Any) -> int:
    if not isinstance(value, str):
        return milliseconds(value)
    try:
        return int(datetime.fromisoformat(value).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0


def _answer(entry: dict[str, Any]) -> tuple[int | None, str]:
    """Return the answer's status (0 for no answer, None if unknown) and the reason why there was no answer, or ""."""
    response = entry.get("response")
    if not isinstance(response, dict) or type(response.get("status")) is not int:
        return None, ""
    if (status := response["status"]) > 0:
        return status, ""
    reasons = (found.get(name) for name in _ERRORS for found in (response, entry))
    return 0, next((text for text in reasons if isinstance(text, str) and text), "no answer was recorded")
