"""Beacon requests: packed events with their query parameters and credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class BeaconRequest(Struct, frozen=True, eq=False):
    """A jzb with its query parameters and credentials, compared by identity."""

    beacon: str
    jzb: str
    params: Mapping[str, str]
    credentials: Mapping[str, str]

    @property
    def size(self) -> int:
        """The number of characters that the limits apply to."""
        return len(self.jzb) + sum(map(len, self.credentials.values()))

    def to_stored(self) -> dict[str, Any]:
        """Return the request in the agent's storage format."""
        stored = {"JZB": self.jzb, "params": self.params, "beacon": self.beacon, "eventLength": self.size}
        return {**stored, "auth": self.credentials} if self.credentials else stored

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> BeaconRequest:
        """Return a request from the agent's storage format."""
        return cls(stored["beacon"], stored["JZB"], stored["params"], stored.get("auth", {}))
