"""Answer: what the emulator sends back; like Pendo where that is known, with the verdict beside it in a header."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_emulator.exchange import Exchange
    from pendo_emulator.subscription import Subscription

    Answers = Mapping[str, Callable[[Exchange, Subscription], "OutgoingResponse"]]

# The agent's <img> beacons count as delivered only if the body is an image it can decode: observed.
GIF: Final = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

# guide.json, the guide.gif probe and every POST fail in a browser without these: observed.
CORS: Final = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
    "access-control-allow-headers": "content-type",
    "access-control-allow-private-network": "true",
    "access-control-max-age": "600",
    "cache-control": "no-store",
}


_REASONS: Final = {status.value: status.phrase for status in HTTPStatus}
_WITHOUT_BODY: Final = frozenset({204, 304})


class OutgoingResponse(NamedTuple):
    """Body, status and headers, in the order in which Flask takes them from a view; header names are lower-case."""

    body: bytes
    status: int
    headers: Mapping[str, str]

    def with_headers(self, headers: Mapping[str, str]) -> OutgoingResponse:
        """Add headers, or put them in the place of those of the same name."""
        return OutgoingResponse(self.body, self.status, {**self.headers, **headers})


def response(body: bytes, mimetype: str, status: int = 200) -> OutgoingResponse:
    """Answer with a body."""
    return OutgoingResponse(body, status, {"content-type": mimetype})


EMPTY: Final = response(b"", "text/plain")
PIXEL: Final = response(GIF, "image/gif")


def encode(answer: OutgoingResponse, method: str, date: str, *, reason: str = "", last: bool = False) -> bytes:
    """Write an answer as HTTP/1.1; `date` is the time as HTTP has it, `last` says that the connection is closed."""
    lines = [f"HTTP/1.1 {answer.status} {reason or _REASONS.get(answer.status, '')}", f"date: {date}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    if "content-length" not in answer.headers and answer.status not in _WITHOUT_BODY:
        lines.append(f"content-length: {len(answer.body)}")
    lines.append("connection: close\r\n\r\n" if last else "connection: keep-alive\r\n\r\n")
    head = "\r\n".join(lines).encode("latin-1", "replace")
    return head if method == "HEAD" or answer.status in _WITHOUT_BODY else head + answer.body


def json_response(value: Any, status: int = 200) -> OutgoingResponse:
    """Answer with JSON."""
    return response(json.dumps(value).encode(), "application/json", status)


def problem(status: int, title: str, **facts: Any) -> OutgoingResponse:
    """Answer with a problem document (RFC 9457)."""
    body = {"title": title, "status": status} | facts
    return response(json.dumps(body, indent=2).encode(), "application/problem+json", status)


def unavailable(reason: object) -> OutgoingResponse:
    """Answer a request that cannot be recorded: it is worth another try."""
    return problem(503, f"the store cannot be written: {reason}").with_headers({**CORS, "retry-after": "1"})


def unreadable(exchange: Exchange, status: int = 400) -> OutgoingResponse:
    """Answer a request that could not be understood: what was wrong and what would mend it."""
    faults = exchange.beacon.decode_errors
    return problem(status, faults[0].message, fix=faults[0].fix, violations=[asdict(fault) for fault in faults])
