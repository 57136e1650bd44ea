"""The agent's entries in localStorage, some of which expire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from pendo_destination.agent.environment.page_and_browser import Clock

_EXPIRING: Final = '{"ttl":'
_encode: Final = json.JSONEncoder(separators=(",", ":")).encode


class Storage:
    """localStorage with the agent's key format, `_pendo_<name>.<API key or suffix>`, and its expiry format.

    If `local` is None, entries live in memory until the page ends, and `clear` has no effect (observed in the published
    agent).
    """

    def __init__(self, local: MutableMapping[str, str] | None, api_key: str, clock: Clock) -> None:
        self._clears = local is not None
        self._local, self._api_key, self._clock = {} if local is None else local, api_key, clock

    def read(self, name: str, suffix: str = "") -> str | None:
        """Return a value; delete it and return None if it has expired."""
        key = self._key(name, suffix)
        raw = self._local.get(key)
        if raw is None or not raw.startswith(_EXPIRING):
            return raw
        entry = json.loads(raw)
        if entry["ttl"] >= self._clock():
            return text(entry["value"])
        del self._local[key]
        return None

    def write(self, name: str, value: str | int, *, lifetime: int | None = None, suffix: str = "") -> None:
        """Store a value, for `lifetime` milliseconds or without expiry."""
        expiring = {"ttl": self._clock() + lifetime, "value": value} if lifetime is not None else None
        self._local[self._key(name, suffix)] = _encode(expiring) if expiring else str(value)

    def clear(self, name: str, suffix: str = "") -> None:
        """Delete a value."""
        if self._clears:
            self._local.pop(self._key(name, suffix), None)

    def _key(self, name: str, suffix: str) -> str:
        return f"_pendo_{name}.{suffix or self._api_key}"
