"""Writes responses as HTTP/1.1."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse, StreamedResponse

_REASONS: Final = {status.value: status.phrase for status in HTTPStatus}
_WITHOUT_BODY: Final = frozenset({204, 304})


def serialize_head(response: StreamedResponse, date: str) -> bytes:
    """Write the head of a response whose body ends with the connection."""
    lines = [f"HTTP/1.1 {response.status} {_REASONS.get(response.status, '')}", f"date: {date}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return "\r\n".join([*lines, "connection: close\r\n\r\n"]).encode("latin-1", "replace")


def serialize(response: OutgoingResponse, method: str, date: str, *, reason: str = "", close: bool = False) -> bytes:
    """Write a response to a request of this method as HTTP/1.1.

    `date` is the value of the Date header. `reason` replaces the standard reason phrase. `close` announces that the
    connection is closed after this response.
    """
    lines = [f"HTTP/1.1 {response.status} {reason or _REASONS.get(response.status, '')}", f"date: {date}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    if "content-length" not in response.headers and response.status not in _WITHOUT_BODY:
        lines.append(f"content-length: {len(response.body)}")
    lines.append("connection: close\r\n\r\n" if close else "connection: keep-alive\r\n\r\n")
    head = "\r\n".join(lines).encode("latin-1", "replace")
    return head if method == "HEAD" or response.status in _WITHOUT_BODY else head + response.body
