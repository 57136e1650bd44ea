"""Redacts one entry of a HAR: what an inspection and a check read stays, with pseudonyms, and everything else goes."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.recordings.har_reader import read_har_entry
from pendo_contracts.redaction.headers import redact_headers, redact_type
from pendo_contracts.redaction.word_lists import words_of
from pendo_contracts.wire.beacon import split_url
from pendo_contracts.wire.region import locate
from pendo_emulator.capsule.answer_bodies import redact_answer_body
from pendo_emulator.capsule.failure_reasons import REASON_MEMBERS, redact_reason
from pendo_emulator.capsule.segment_calls import redact_call

if TYPE_CHECKING:
    from pendo_contracts.recordings.entry import Entry
    from pendo_contracts.recordings.opening import ReadBody
    from pendo_contracts.redaction.request_redactor import RequestRedactor

_REPLACEMENT: Final = "\ufffd"
_RESOURCES: Final = words_of(
    """
    document script image img xhr fetch ping beacon preflight stylesheet font media websocket manifest other
    texttrack eventsource signedexchange cspviolationreport subdocument iframe
    """
)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"})


def read_any_entry(value: Any, where: str, read_body: ReadBody) -> Entry | None:
    """Return the entry of a request to any host; None for a value without a request."""
    request = value.get("request") if isinstance(value, dict) else None
    url = request.get("url") if isinstance(request, dict) else None
    if not isinstance(url, str):
        return None
    return read_har_entry(value, where, (locate(split_url(url)[0]).host,), read_body)


class HarEntryRedactor:
    """Redacts the entries of one HAR."""

    def __init__(self, requests: RequestRedactor) -> None:
        self._requests = requests
        self._pages: dict[str, str] = {}

    @property
    def pages(self) -> list[str]:
        """The references of the pages, in the order of their entries."""
        return list(self._pages.values())

    def redact(self, value: Any, entry: Entry | None) -> Any:
        """Return an entry of a HAR; `entry` is what `read_any_entry` reads from it."""
        request = value.get("request") if isinstance(value, dict) else None
        if not isinstance(request, dict):
            return None
        shown: dict[str, Any] = {"request": self._request(request, entry), "response": self._response(value)}
        for name in ("startedDateTime", "time"):
            if (kept := _time(value.get(name))) is not None:
                shown[name] = kept
        if isinstance(page := value.get("pageref"), str) and page:
            shown["pageref"] = self._pages.setdefault(page, f"page_{len(self._pages) + 1}")
        if isinstance(resource := value.get("_resourceType"), str) and resource.lower() in _RESOURCES:
            shown["_resourceType"] = resource
        for name in REASON_MEMBERS:
            if isinstance(reason := value.get(name), str) and reason and not _is_answered(value):
                shown[name] = redact_reason(reason, self._requests.text)
        return shown

    def _request(self, request: dict[str, Any], entry: Entry | None) -> dict[str, Any]:
        """Return a request; one that cannot be read becomes one that cannot be read either."""
        method = request.get("method")
        if entry is None or entry.envelope is None or not isinstance(method, str):
            return self._unreadable(request)
        envelope, changed = entry.envelope, self._requests.redact(entry.envelope)
        concerns_pendo = bool(envelope.body) and bool(changed.body)
        headers = dict(changed.headers)
        shown: dict[str, Any] = {
            "method": method if method in _METHODS else self._requests.text.text(method),
            "url": changed.url if self._explains(envelope.url) else changed.url.partition("?")[0].partition("#")[0],
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "queryString": [],
            "headersSize": -1,
            "bodySize": -1,
        }
        mime = redact_type(envelope.headers.get("content-type", "")) or _posted_type(request)
        if entry.not_judged:
            shown |= _lost_body(entry.not_judged, changed.body, headers, mime)
        elif concerns_pendo:
            shown["postData"] = _posted(changed.body, mime)
        elif call := redact_call(envelope, self._requests.text):
            shown["postData"] = _posted(call, mime)
        sent = self._content_length(request, entry, changed.body) if "postData" in shown else None
        headers.pop("content-length", None)
        if sent:
            headers["content-length"] = sent
        shown["headers"] = [{"name": name, "value": text} for name, text in headers.items()]
        return shown

    def _unreadable(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return a request that cannot be read for the same reason."""
        url, method = request.get("url"), request.get("method")
        if not request or not isinstance(url, str):
            return {"method": None} if request else {}
        is_url = not isinstance(method, str)
        return {
            "url": self._requests.url(url) if is_url else "https://data.pendo.io[",
            "method": None if is_url else "GET",
        }

    def _explains(self, url: str) -> bool:
        """Return whether the query of a URL can explain a cause: that of a request to Pendo."""
        path = split_url(url)[1]
        return "/data/" in path or "/agent/" in path or locate(split_url(url)[0]).kind in {"region", "unlisted"}

    def _content_length(self, request: dict[str, Any], entry: Entry, body: bytes) -> str:
        """Return a length that is as much too large as the recorded one."""
        before = _header_of(request, "content-length")
        missing = (
            int(before) - len(entry.envelope.body) if entry.envelope and before.isdecimal() and len(before) < 16 else 0
        )
        return str(len(body) + missing) if missing > 0 and entry.not_judged else ""

    def _response(self, value: dict[str, Any]) -> Any:
        response = value.get("response")
        if not isinstance(response, dict):
            return None
        status, text = response.get("status"), self._requests.text
        shown: dict[str, Any] = {
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        }
        if isinstance(status, int | float | str) and len(str(status)) < 8:
            shown["status"] = status if not isinstance(status, str) or status.isdecimal() else ""
        headers = redact_headers(dict(_pairs(response)), text, self._requests.path)
        headers.pop("content-length", None)
        policies = [pair for pair in _pairs(response) if pair[0] == "content-security-policy"]
        shown["headers"] = [
            {"name": name, "value": item} for name, item in headers.items() if name != "content-security-policy"
        ]
        for name, policy in policies:
            one = redact_headers({name: policy}, text, self._requests.path)
            shown["headers"].append({"name": name, "value": one[name]})
        content = response.get("content")
        mime = content.get("mimeType") if isinstance(content, dict) else ""
        shown["content"] = {"size": 0, "mimeType": redact_type(mime) if isinstance(mime, str) else ""}
        shown["content"] |= redact_answer_body(value, text, self._requests)
        shown["statusText"] = ""
        for name in REASON_MEMBERS:
            if isinstance(reason := response.get(name), str) and reason and not _is_answered(value):
                shown[name] = redact_reason(reason, text)
        return shown


def _is_answered(value: dict[str, Any]) -> bool:
    response = value.get("response")
    status = response.get("status") if isinstance(response, dict) else None
    return isinstance(status, int) and status > 0


def _time(value: Any) -> Any:
    """Return a time or a duration; a text must have only the characters of ISO 8601."""
    if isinstance(value, str):
        return value if len(value) < 40 and not set(value) - set("0123456789-:.+TZtz ") else None
    return value if isinstance(value, int | float) else None


def _posted(body: bytes, mime: str) -> dict[str, Any]:
    """Return the body of a request as recorders write it; a body that is no text as base64."""
    try:
        text = body.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = _REPLACEMENT
    if _REPLACEMENT in text:
        return {"mimeType": mime, "encoding": "base64", "text": base64.b64encode(body).decode()}
    return {"mimeType": mime, "text": text}


def _lost_body(problem: str, body: bytes, headers: dict[str, str], mime: str) -> dict[str, Any]:
    """Return a body that lacks the same part; `problem` is the text of the reader."""
    if "no body" in problem:
        return {"bodySize": 1 + len(body)}
    if "U+FFFD" in problem:
        return {"postData": {"mimeType": "application/octet-stream", "text": _REPLACEMENT}}
    if "base64" in problem:
        return {"postData": {"mimeType": mime, "encoding": "base64", "text": "?"}}
    if "file" in problem:
        return {"postData": {"mimeType": mime, "_file": "lost"}}
    headers["content-length"] = str(len(body) + 1)
    return {"postData": _posted(body or b" ", mime)}


def _posted_type(request: dict[str, Any]) -> str:
    posted = request.get("postData")
    mime = posted.get("mimeType") if isinstance(posted, dict) else ""
    return redact_type(mime) if isinstance(mime, str) else ""


def _pairs(message: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the headers of a message, also if they are an object, with names in small letters."""
    headers = message.get("headers")
    if isinstance(headers, dict):
        headers = [{"name": name, "value": value} for name, value in headers.items()]
    listed = headers if isinstance(headers, list) else []
    pairs = [(item.get("name"), item.get("value")) for item in listed if isinstance(item, dict)]
    return [(name.lower(), value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)]


def _header_of(message: dict[str, Any], name: str) -> str:
    return dict(_pairs(message)).get(name, "")
