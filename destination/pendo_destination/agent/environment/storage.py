"""The agent's entries in localStorage, some of which expire."""

from __future__ import annotations

import json
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Final

from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from pendo_destination.agent.environment.page_and_browser import Clock

_EXPIRING: Final = '{"ttl":'


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
        expires_at, value = _read_expiring(raw)
        if expires_at >= self._clock():
            return value
        del self._local[key]
        return None

    def write(self, name: str, value: str | int, *, lifetime: int | None = None, suffix: str = "") -> None:
        """Store a value, for `lifetime` milliseconds or without expiry."""
        raw = str(value)
        if lifetime is not None:
            written = raw if isinstance(value, int) else encode_basestring_ascii(value)
            raw = f'{_EXPIRING}{self._clock() + lifetime},"value":{written}}}'
        self._local[self._key(name, suffix)] = raw

    def clear(self, name: str, suffix: str = "") -> None:
        """Delete a value."""
        if self._clears:
            self._local.pop(self._key(name, suffix), None)

    def _key(self, name: str, suffix: str) -> str:
        return f"_pendo_{name}.{suffix or self._api_key}"


@lru_cache(maxsize=1024)
def _read_expiring(raw: str) -> tuple[float, str]:
    """Return the time at which an entry expires, and its value; an agent reads the same entries again and again."""
    entry = json.loads(raw)
    return entry["ttl"], text(entry["value"])
