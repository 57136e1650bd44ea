"""Responses of the emulator, and the functions that create them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.wire.pixel_gif import PIXEL_GIF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# Browsers report an error for guide.json, the guide.gif probe and every POST without these headers (observed).
CORS: Final = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
    "access-control-allow-headers": "content-type",
    "access-control-allow-private-network": "true",
    "access-control-max-age": "600",
    "cache-control": "no-store",
}


EVENT_STREAM: Final = "text/event-stream"
# In the WSGI environment of a server that polls streams of events, so that they need not wait for events.
POLLS_STREAMS: Final = "pendo_emulator.polls_streams"


class OutgoingResponse(NamedTuple):
    """Body, status and headers, in the order that Flask accepts from a view; header names are lower-case."""

    body: bytes
    status: int
    headers: Mapping[str, str]

    def with_headers(self, headers: Mapping[str, str]) -> OutgoingResponse:
        """Return a copy with these headers added; they replace headers of the same name."""
        return OutgoingResponse(self.body, self.status, {**self.headers, **headers})


class StreamedResponse(NamedTuple):
    """A response whose body is produced piece by piece, in a thread of its own; call `close` at the end.

    An empty piece means that nothing is to be sent yet. The next piece of a response that `is_polled`, which can be
    empty, is there without waiting.
    """

    pieces: Iterator[bytes]
    close: Callable[[], object]
    status: int
    headers: Mapping[str, str]
    is_polled: bool = False


def response(body: bytes, mimetype: str, status: int = 200) -> OutgoingResponse:
    """Return a response with a body."""
    return OutgoingResponse(body, status, {"content-type": mimetype})


def json_response(value: Any, status: int = 200) -> OutgoingResponse:
    """Return a JSON response."""
    return response(json.dumps(value).encode(), "application/json", status)


def problem(status: int, title: str, **members: Any) -> OutgoingResponse:
    """Return a problem document (RFC 9457) with additional members."""
    body = {"title": title, "status": status} | members
    return response(json.dumps(body, indent=2).encode(), "application/problem+json", status)


def unavailable(reason: object) -> OutgoingResponse:
    """Return the 503 for a request that cannot be recorded or answered; it asks the client to try again."""
    return problem(503, f"the store cannot be used: {reason}").with_headers({**CORS, "retry-after": "1"})


EMPTY: Final = response(b"", "text/plain")
PIXEL: Final = response(PIXEL_GIF, "image/gif")
INTERNAL_ERROR: Final = problem(500, "the emulator failed; its log says why")
