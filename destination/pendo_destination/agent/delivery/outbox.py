"""Unsent requests that an unloaded page leaves in storage for the next page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from pendo_destination.agent.delivery.beacon_request import BeaconRequest
from pendo_destination.agent.environment.config import DAY
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import text

if TYPE_CHECKING:
    from pendo_destination.agent.environment.storage import Storage

LIFETIME: Final = 6 * DAY

_KEY: Final = "unsentEvents"


class Outbox:
    """Unsent requests by beacon: first the requests of the previous page, then the requests of this page."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        stored = json.loads(storage.read(_KEY) or "{}")
        storage.clear(_KEY)
        self._requests = {
            beacon: [BeaconRequest.from_stored(item) for item in items] for beacon, items in stored.items()
        }

    def take(self, beacon: str) -> list[BeaconRequest]:
        """Remove and return the requests that the previous page left for a beacon."""
        return self._requests.pop(beacon, [])

    def add(self, request: BeaconRequest) -> None:
        """Add a request for the next page."""
        self._requests.setdefault(request.beacon, []).append(request)

    def save(self) -> None:
        """Write the requests to storage, for 6 days."""
        if self._requests:
            stored = {beacon: [request.to_stored() for request in kept] for beacon, kept in self._requests.items()}
            self._storage.write(_KEY, text(stringify(stored)), lifetime=LIFETIME)
