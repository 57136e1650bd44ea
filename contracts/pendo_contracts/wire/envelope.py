"""Envelope: one request as it was sent. Response: the answer of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class Envelope(Struct, frozen=True):
    """One request with all its data, not decoded.

    `headers` has lower-case names. `received_at` is in milliseconds since 1970, or since the start of a capture.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: int


class Response(Struct, frozen=True):
    """The answer of a host: status, headers with lower-case names, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300
