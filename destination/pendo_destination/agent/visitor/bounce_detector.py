"""Detects visitors who return at once to the page they came from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from collections.abc import MutableMapping

RETURN_LIMIT: Final = 7000

_KEY: Final = "previous_page_loads"


class BounceDetector:
    """Keeps a tab's last two page loads in sessionStorage."""

    def __init__(self, session_storage: MutableMapping[str, str]) -> None:
        self._storage = session_storage

    def record_load(self, url: str, time: int) -> bool:
        """Record a page load; return whether the visitor is back at the page before the last one within 7 seconds."""
        loads = json.loads(self._storage.get(_KEY, "[]"))
        returned = (
            len(loads) == 2
            and loads[0]["url"] == url != loads[1]["url"]
            and time - loads[1]["browser_time"] <= RETURN_LIMIT
        )
        recent = [*loads[-1:], {"url": url, "browser_time": time}]
        self._storage[_KEY] = text(stringify(recent))
        return returned
