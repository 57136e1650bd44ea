"""Reads every entry of a HAR for an inspection: documents, scripts, Segment's requests, and the requests to Pendo."""

from __future__ import annotations

import base64
import binascii
import json
import math
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.safe_text import cut
from pendo_contracts.recordings.entry import Entry
from pendo_contracts.recordings.har_reader import HarReader, read_har_entry
from pendo_contracts.recordings.ndjson_reader import milliseconds
from pendo_contracts.wire.beacon import split_url
from pendo_emulator.addresses import ENGAGE_PREFIX, KEY_HEADER
from pendo_emulator.inspection.reading.documents import MAX_DOCUMENT, Document, read_document
from pendo_emulator.inspection.reading.engage_calls import read_engage_call
from pendo_emulator.inspection.reading.pendo_targets import find_misplaced
from pendo_emulator.inspection.reading.recorded_request import MAX_URL, InspectedEntry, RecordedRequest
from pendo_emulator.inspection.reading.segment_traffic import is_segment_settings, read_call, read_settings

if TYPE_CHECKING:
    from pendo_contracts.recordings.opening import ReadBody
    from pendo_emulator.inspection.reading.engage_calls import EngageCall

# The names under which recorders write why a request failed: Chromium and WebKit, Playwright, Firefox, proxies.
_REASONS: Final = (
    "_error", "_failureText", "_errorText", "errorText", "_blockedReason", "blockedReason", "_blocked_reason", "error",
    "_failure", "failureText", "comment", "statusText",
)  # fmt: skip
_MAX_REASON: Final = 300
_SENT: Final = frozenset({"sec-fetch-dest", "referer", "accept"})
_POLICY: Final = frozenset({"content-security-policy"})
_TYPE: Final = frozenset({"content-type"})
_FRAMES: Final = frozenset({"iframe", "frame"})
MAX_DURATION: Final = 1e9

_MAX_GUIDES: Final = 4 * 1024 * 1024
_OPTED_OUT: Final = 451
_LAST_STATUS: Final = 599


class InspectionHarReader(HarReader):
    """Reads every entry of a HAR, and the name of its recorder."""

    def __init__(self) -> None:
        super().__init__()
        self.recorder = ""

    def read_entry(self, value: Any, where: str, read_body: ReadBody) -> Entry | None:
        """Return an entry with everything that an inspection needs; None for a value that is not a request."""
        request = _object(value, "request")
        url, method = request.get("url"), request.get("method")
        if not isinstance(url, str) or not isinstance(method, str):
            return Entry(where, None, "the entry has no request with a `url` and a `method`") if request else None
        recorded = _recorded_request(value, where, url, method)
        if misplaced := find_misplaced(recorded.path):
            value = {**value, "request": {**request, "url": _moved(url, misplaced)}}
        entry = read_har_entry(value, where, (), read_body)
        if entry is None:
            return InspectedEntry(where, None, request=recorded)
        return InspectedEntry(
            where, entry.envelope, entry.problem, entry.status, entry.not_received, entry.not_judged, request=recorded
        )

    def read_member(self, name: str, value: Any) -> None:
        """Read the name of the recorder from `creator`."""
        if name == "creator" and isinstance(value, dict):
            words = [word for key in ("name", "version") if isinstance(word := value.get(key), str)]
            self.recorder = cut(" ".join(words), 100)


def _moved(url: str, path: str) -> str:
    """Return a URL with another path, so that it can be decoded like a request to the right host."""
    netloc, _, query = split_url(url)
    return f"{url.partition(':')[0]}://{netloc}{path}" + (f"?{query}" if query else "")


def _recorded_request(entry: dict[str, Any], where: str, url: str, method: str) -> RecordedRequest:
    request, response = _object(entry, "request"), _object(entry, "response")
    content = _object(response, "content")
    sent = dict(_headers(request, _SENT))
    destination, referer = sent.get("sec-fetch-dest", ""), sent.get("referer", "")
    mime, status, path = _mime(content, response), _status(response), split_url(url)[1]
    resource = _resource(entry, destination, mime, sent.get("accept", ""), method)
    is_document = resource == "document" and method == "GET"
    return RecordedRequest(
        where,
        cut(method, 20),
        cut(url, MAX_URL),
        _started(entry.get("startedDateTime")),
        _duration(entry),
        resource,
        cut(_text(entry, "pageref"), 200),
        cut(referer, MAX_URL),
        status,
        "" if status else _reason(entry, response),
        mime,
        opted_out="/guide.js" in path and _is_opted_out(content),
        document=_document(response, content, destination) if is_document else None,
        segment_settings=read_settings(_body(content)) if is_segment_settings(path) else None,
        segment_call=read_call(path, _text(_object(request, "postData"), "text")) if method == "POST" else None,
        engage_call=_engage_call(method, url, request, content, status) if ENGAGE_PREFIX in url else None,
    )


def _engage_call(
    method: str, url: str, request: dict[str, Any], content: dict[str, Any], status: int | None
) -> EngageCall | None:
    headers = dict(_headers(request, frozenset({KEY_HEADER})))
    return read_engage_call(method, cut(url, MAX_URL), headers.keys(), _body(content), status)


def _resource(entry: dict[str, Any], destination: str, mime: str, accept: str, method: str) -> str:
    """Return the browser's type of a request; only a document is recognized without the browser's words."""
    named = _text(entry, "_resourceType").lower()
    if named:
        return named
    if destination:
        return {"empty": "fetch", "iframe": "document", "frame": "document"}.get(destination, destination)
    is_page = "html" in mime and method == "GET" and (accept.startswith("text/html") or not accept)
    return "document" if is_page else ""


def _document(response: dict[str, Any], content: dict[str, Any], destination: str) -> Document:
    return read_document(_headers(response, _POLICY), _body(content), is_frame=destination in _FRAMES)


def _body(content: dict[str, Any]) -> str:
    text = _text(content, "text")
    if content.get("encoding") != "base64":
        return text
    try:
        return base64.b64decode(text[: MAX_DOCUMENT * 2 // 4 * 4]).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _is_opted_out(content: dict[str, Any]) -> bool:
    """Return whether an answer for guides says that the visitor is opted out (observed: `statusCode` 451)."""
    text = _body(content)
    if str(_OPTED_OUT) not in text[:_MAX_GUIDES]:
        return False
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and answer.get("statusCode") == _OPTED_OUT


def _status(response: dict[str, Any]) -> int | None:
    """Return the status, 0 without an answer; None if the recording does not say."""
    status = response.get("status")
    if isinstance(status, float) and status.is_integer():
        status = int(status)
    if isinstance(status, str) and status.isascii() and status.isdecimal() and len(status) < 5:
        status = int(status)
    return max(0, status) if type(status) is int and status <= _LAST_STATUS else None


def _reason(entry: dict[str, Any], response: dict[str, Any]) -> str:
    texts = (holder.get(name) for name in _REASONS for holder in (response, entry))
    return next((cut(text, _MAX_REASON) for text in texts if isinstance(text, str) and text.strip()), "")


def _started(value: Any) -> int:
    if not isinstance(value, str):
        return max(0, milliseconds(value))
    try:
        return max(0, int(datetime.fromisoformat(value).timestamp() * 1000))
    except (ValueError, OverflowError):
        return 0


def _duration(entry: dict[str, Any]) -> float:
    value: Any = entry.get("time")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) and 0 < value < MAX_DURATION else 0.0


def _mime(content: dict[str, Any], response: dict[str, Any]) -> str:
    mime = _text(content, "mimeType")
    if not mime or mime == "x-unknown":
        mime = next((value for _, value in _headers(response, _TYPE)), "")
    return cut(mime.partition(";")[0].strip().lower(), 100)


def _headers(message: dict[str, Any], names: frozenset[str]) -> list[tuple[str, str]]:
    """Return the headers with one of the names, which are in lower case."""
    headers = message.get("headers")
    if isinstance(headers, dict):
        headers = [{"name": name, "value": value} for name, value in headers.items()]
    found = []
    lengths = {len(name) for name in names}
    for header in headers if isinstance(headers, list) else ():
        name = header.get("name") if type(header) is dict else None
        # Most headers differ in their length already.
        if type(name) is str and len(name) in lengths and (lower := name.lower()) in names:
            value = header.get("value")
            if isinstance(value, str):
                found.append((lower, value))
    return found


def _object(value: Any, name: str) -> dict[str, Any]:
    member = value.get(name) if isinstance(value, dict) else None
    return member if isinstance(member, dict) else {}


def _text(value: dict[str, Any], name: str) -> str:
    text = value.get(name)
    return text if isinstance(text, str) else ""
