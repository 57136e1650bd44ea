"""Storage: what the agent remembers between pages, in localStorage, some of it for a while only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from pendo_destination.agent.page import Clock

_LIMITED: Final = '{"ttl":'


class Storage:
    """localStorage as the agent keys and wraps it: `_pendo_<name>.<API key or suffix>`.

    Without it (None) the page has a memory of its own, out of which nothing is cleared (observed in the published
    agent).
    """

    def __init__(self, local: MutableMapping[str, str] | None, api_key: str, clock: Clock) -> None:
        self._clears = local is not None
        self._local, self._api_key, self._clock = {} if local is None else local, api_key, clock

    def read(self, name: str, suffix: str = "") -> str | None:
        """Read a value; what is past its time is forgotten."""
        key = self._key(name, suffix)
        raw = self._local.get(key)
        if raw is None or not raw.startswith(_LIMITED):
            return raw
        entry = json.loads(raw)
        if entry["ttl"] >= self._clock():
            return text(entry["value"])
        del self._local[key]
        return None

    def write(self, name: str, value: str | int, *, lifetime: int | None = None, suffix: str = "") -> None:
        """Keep a value, for `lifetime` milliseconds or for ever."""
        limited = {"ttl": self._clock() + lifetime, "value": value} if lifetime is not None else None
        self._local[self._key(name, suffix)] = json.dumps(limited, separators=(",", ":")) if limited else str(value)

    def clear(self, name: str, suffix: str = "") -> None:
        """Forget a value."""
        if self._clears:
            self._local.pop(self._key(name, suffix), None)

    def _key(self, name: str, suffix: str) -> str:
        return f"_pendo_{name}.{suffix or self._api_key}"
