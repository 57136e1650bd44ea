"""HarLog: the traffic of a run as a HAR, in the form that a browser's developer tools write."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.wire.envelope import Envelope, Response

DURATION: Final = 20
# The end of the year 9998 in milliseconds: later times cannot be written.
LAST_MOMENT: Final = 253_370_764_800_000
# Longer bodies, such as the agent's script, are left out: a HAR of a scenario is a small file.
MAX_TEXT: Final = 8 * 1024

_TEXTS: Final = ("text/", "application/json")


@dataclass(slots=True)
class HarLog:
    """The entries of a run; `page` is the URL of the page that makes the requests."""

    creator: str
    page: str = ""
    entries: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        envelope: Envelope,
        resource: str,
        response: Response | None,
        reason: str = "",
        duration: float = DURATION,
    ) -> None:
        """Add a request with its answer; without an answer, `reason` is the browser's word for the failure."""
        headers = dict(envelope.headers)
        if resource != "document" and self.page:
            headers.setdefault("referer", self.page)
        request: dict[str, Any] = {
            "method": envelope.method, "url": envelope.url, "httpVersion": "HTTP/1.1", "headers": _pairs(headers),
            "queryString": [], "cookies": [], "headersSize": -1, "bodySize": len(envelope.body),
        }  # fmt: skip
        if envelope.body:
            mime = headers.get("content-type", "application/json")
            request["postData"] = {"mimeType": mime, "text": envelope.body.decode("utf-8", "replace")}
        self.entries.append({
            "startedDateTime": _moment(envelope.received_at), "time": duration, "_resourceType": resource,
            "request": request, "response": _answer(response, reason), "cache": {},
            "timings": {"send": 0, "wait": duration, "receive": 0},
        })  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Return the HAR."""
        creator = {"name": self.creator, "version": "1"}
        return {"log": {"version": "1.2", "creator": creator, "pages": [], "entries": self.entries}}


def _answer(response: Response | None, reason: str) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "status": 0, "statusText": "", "httpVersion": "", "headers": [], "cookies": [], "redirectURL": "",
        "headersSize": -1, "bodySize": -1, "content": {"size": 0, "mimeType": "x-unknown"},
    }  # fmt: skip
    if response is None:
        return answer | {"_error": reason}
    mime = response.headers.get("content-type", "")
    return answer | {
        "status": response.status,
        "headers": _pairs(response.headers),
        "redirectURL": response.headers.get("location", ""),
        "bodySize": len(response.body),
        "content": {"size": len(response.body), "mimeType": mime, **_content(mime, response.body)},
    }


def _content(mime: str, body: bytes) -> dict[str, str]:
    if len(body) > MAX_TEXT or not body:
        return {}
    if mime.startswith(_TEXTS):
        return {"text": body.decode("utf-8", "replace")}
    return {"text": base64.b64encode(body).decode("ascii"), "encoding": "base64"}


def _pairs(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _moment(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(min(milliseconds, LAST_MOMENT) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
