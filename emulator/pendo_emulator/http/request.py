"""A request as it arrives over a connection or from a WSGI server, within limits."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Final

from pendo_contracts.wire.beacon import BODY_LIMIT
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.addresses import intended_url

DRAIN_LIMIT: Final = 64 * 1024 * 1024


class Request:
    """A request that may still be arriving.

    `target` is a path with a query; from a client that uses the emulator as a proxy it is a URL, for CONNECT a host and
    port. `started_at` is in seconds of a monotonic clock. `head_complete` means that only the body is missing,
    `keep_alive` that another request may follow on the connection. `rejection` is the key in LIMIT_ERRORS of the limit
    that the request exceeded, else "". `received` is the size of the body so far in bytes.
    """

    __slots__ = (
        "_chunks", "_kept", "head_complete", "headers", "keep_alive", "method", "received", "rejection", "started_at",
        "target",
    )  # fmt: skip

    def __init__(self, started_at: float) -> None:
        self.started_at = started_at
        self.method = ""
        self.headers: dict[str, str] = {}
        self.keep_alive = self.head_complete = False
        self.rejection = ""
        self.received = 0
        self._kept = 0
        self.target = ""
        self._chunks: list[bytes] = []

    def add_header(self, name: bytes, value: bytes) -> None:
        """Add a header; the values of a repeated header are joined with a comma."""
        key, text = lower_case(name), value.decode("latin-1")
        self.headers[key] = f"{self.headers[key]},{text}" if key in self.headers else text

    def add_body(self, chunk: bytes) -> None:
        """Add a piece of the body; pieces beyond BODY_LIMIT are only counted."""
        self.received += len(chunk)
        if self._kept <= BODY_LIMIT:
            self._chunks.append(chunk)
            self._kept += len(chunk)

    @property
    def drained(self) -> bool:
        """Whether the body is so long that no more of it is read."""
        return self.received > DRAIN_LIMIT

    @property
    def body(self) -> bytes:
        """The body, cut one byte above BODY_LIMIT: enough to see that it is too large."""
        return b"".join(self._chunks)[: BODY_LIMIT + 1]

    def to_origin_form(self) -> str:
        """Turn a request for a proxy into the form that the host itself gets; return the URL's host and port."""
        netloc, _, path = self.target.partition("://")[2].partition("/")
        self.headers["host"], self.target = netloc, f"/{path}"
        return netloc

    def envelope(self, scheme: str) -> Envelope:
        """Return the request as the Envelope that is judged and recorded, received now."""
        url = intended_url(scheme, self.headers, self.target)
        return Envelope(self.method, url, self.headers, self.body, time.time_ns() // 1_000_000)


@lru_cache(maxsize=128)
def lower_case(name: bytes) -> str:
    """Return a header's name in lower case, as Envelopes have it."""
    return name.decode("latin-1").lower()
