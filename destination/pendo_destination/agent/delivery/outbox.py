"""Unsent: requests that an unloaded page leaves in storage for the next one to send."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from pendo_destination.agent.config import DAY
from pendo_destination.agent.delivery.request import Request
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from pendo_destination.agent.visitor.storage import Storage

_STORED: Final = "unsentEvents"


class Unsent:
    """Requests by beacon: those of the page before, then those of this one."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        stored = json.loads(storage.read(_STORED) or "{}")
        storage.clear(_STORED)
        self._requests = {beacon: [Request.restore(item) for item in items] for beacon, items in stored.items()}

    def take(self, beacon: str) -> list[Request]:
        """Take what the page before left for a beacon."""
        return self._requests.pop(beacon, [])

    def keep(self, request: Request) -> None:
        """Leave a request for the next page."""
        self._requests.setdefault(request.beacon, []).append(request)

    def write(self) -> None:
        """Put what is kept into storage, for 6 days."""
        if self._requests:
            kept = {beacon: [item.store() for item in items] for beacon, items in self._requests.items()}
            self._storage.write(_STORED, text(stringify(kept)), lifetime=6 * DAY)
