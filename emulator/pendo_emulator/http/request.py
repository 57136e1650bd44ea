"""Request: what a connection has received of one request so far, within limits."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Final

from pendo_contracts.beacon import BODY_LIMIT
from pendo_contracts.envelope import Envelope
from pendo_contracts.region import locate

DRAIN_LIMIT: Final = 64 * 1024 * 1024
EXPLICIT: Final = "/_host/"
PREFIX: Final = "/_emulator"
HEALTH: Final = frozenset({"/healthz", "/readyz", "/metrics"})

_HEALTHY: Final = tuple(HEALTH)
_OF_NOBODY: Final = frozenset({"local", "cname"})


class Request:
    """A request under way; `begun` is when it began, in seconds of a clock that only goes forward.

    `target` is the path and query that are asked for, or a proxy's URL, or a host and port.

    `whole_head` says that only its body is to come, `keep_alive` that another request may follow, `refusal` which limit
    it ran into.

    A path `/_host/<host>/<path>` stands for `<path>` on `<host>`: for people without DNS. Of a body above BODY_LIMIT
    a byte more is kept, so that its size can be judged.
    """

    __slots__ = (
        "_chunks", "_kept", "begun", "headers", "keep_alive", "method", "received", "refusal", "target", "whole_head",
    )  # fmt: skip

    def __init__(self, begun: float) -> None:
        self.begun = begun
        self.method = ""
        self.headers: dict[str, str] = {}
        self.keep_alive = self.whole_head = False
        self.refusal = ""
        self.received = 0
        self._kept = 0
        self.target = ""
        self._chunks: list[bytes] = []

    def take_header(self, name: bytes, value: bytes) -> None:
        """Take a header; of one that comes twice both values count."""
        key, text = lower_case(name), value.decode("latin-1")
        self.headers[key] = f"{self.headers[key]},{text}" if key in self.headers else text

    def take_body(self, chunk: bytes) -> None:
        """Take a piece of the body."""
        self.received += len(chunk)
        if self._kept <= BODY_LIMIT:
            self._chunks.append(chunk)
            self._kept += len(chunk)

    def to_origin(self) -> str:
        """Turn the form that is meant for a proxy into the host's own; return the host and port that were meant."""
        netloc, _, path = self.target.partition("://")[2].partition("/")
        self.headers["host"], self.target = netloc, f"/{path}"
        return netloc

    @property
    def body(self) -> bytes:
        """What is kept of the body."""
        return b"".join(self._chunks)[: BODY_LIMIT + 1]

    def envelope(self, scheme: str) -> Envelope:
        """Make it the Envelope that is judged and recorded."""
        return Envelope(self.method, address(scheme, self.headers, self.target), self.headers, self.body, now())


@lru_cache(maxsize=128)
def lower_case(name: bytes) -> str:
    """Write a header's name as Envelopes have it."""
    return name.decode("latin-1").lower()


def address(scheme: str, headers: dict[str, str], target: str) -> str:
    """Write the URL that was meant."""
    host = headers.get("host", "")
    if target.startswith(EXPLICIT):
        host, _, rest = target.removeprefix(EXPLICIT).partition("/")
        target = f"/{rest}"
    return f"{scheme}://{host}{target}"


def is_ours(target: str, host: str) -> bool:
    """Tell whether a request is for the emulator itself, and not for one of the hosts it stands for."""
    if target.startswith(PREFIX):
        return True
    return target.startswith(_HEALTHY) and target.partition("?")[0] in HEALTH and locate(host).kind in _OF_NOBODY


def now() -> int:
    """Tell the time as Envelopes have it."""
    return time.time_ns() // 1_000_000
