"""A request that arrives over a connection or from a WSGI server, within limits."""

from __future__ import annotations

import time
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final

from pendo_contracts.wire.beacon import BODY_LIMIT
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.addresses import RECORDING_PATHS, intended_url
from pendo_emulator.http.body_memory import UNBOUNDED
from pendo_emulator.limits import IMPORT_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.http.body_memory import BodyMemory

DRAIN_LIMIT: Final = 64 * 1024 * 1024


class Request:
    """A request that may still be arriving.

    `target` is a path with a query; if the client uses the emulator as a proxy, it is a URL, or host and port for
    CONNECT. `started_at` is in seconds of a monotonic clock. `head_complete` means that only the body is missing,
    `keep_alive` that another request may follow on the connection. `rejection` is the key in LIMIT_ERRORS of the limit
    that the request exceeded, else "". `received` is the number of body bytes received so far, `kept` the number of
    body bytes in memory. `memory` counts the kept bytes of all connections; a body that exceeds its limit is dropped,
    and the request is rejected as `memory`.
    """

    __slots__ = (
        "_body", "_memory", "head_complete", "headers", "keep_alive", "kept", "method", "received", "rejection",
        "started_at", "target",
    )  # fmt: skip

    def __init__(self, started_at: float, memory: BodyMemory = UNBOUNDED) -> None:
        self.started_at = started_at
        self.method = ""
        self.headers: dict[str, str] = {}
        self.keep_alive = self.head_complete = False
        self.rejection = ""
        self.received = 0
        self.kept = 0
        self.target = ""
        self._body: BytesIO | None = None
        self._memory = memory

    def add_body(self, chunk: bytes) -> None:
        """Add a piece of the body; pieces beyond the limit are only counted."""
        self.received += len(chunk)
        if (self.kept > BODY_LIMIT and self.kept > self.body_limit) or self.rejection:
            return
        if not self._memory.reserve(len(chunk)):
            self.rejection = "memory"
            self.drop_body()
            return
        if self._body is None:
            self._body = BytesIO()
        self._body.write(chunk)
        self.kept += len(chunk)

    def drop_body(self) -> None:
        """Drop the body, so that its memory is free for other requests."""
        self._memory.release(self.kept)
        self._body, self.kept = None, 0

    @property
    def drained(self) -> bool:
        """Whether the body is so long that the rest is not read."""
        return self.received > DRAIN_LIMIT

    @property
    def body_limit(self) -> int:
        """The maximum size of the body in bytes: more for a recording."""
        return IMPORT_LIMIT if self.target.startswith(RECORDING_PATHS) else BODY_LIMIT

    @property
    def body(self) -> bytes:
        """The body, cut one byte above the limit, which is enough to show that it is too large."""
        if self._body is None:
            return b""
        limit = BODY_LIMIT if self.kept <= BODY_LIMIT else self.body_limit
        return self._body.getvalue()[: limit + 1]

    def to_origin_form(self) -> str:
        """Rewrite a proxy request as if it had been sent to the host directly; return the URL's host and port."""
        netloc, _, path = self.target.partition("://")[2].partition("/")
        self.headers["host"], self.target = netloc, f"/{path}"
        return netloc

    def envelope(self, scheme: str, stamp: Callable[[], int] = time.time_ns) -> Envelope:
        """Return the request as the Envelope that is judged and recorded, received now.

        `stamp` returns the time in nanoseconds since 1970.
        """
        url = intended_url(scheme, self.headers, self.target)
        return Envelope(self.method, url, self.headers, self.body, stamp() // 1_000_000)


@lru_cache(maxsize=128)
def lower_case(name: bytes) -> str:
    """Return a header's name in lower case, the form of names in an Envelope."""
    return name.decode("latin-1").lower()
