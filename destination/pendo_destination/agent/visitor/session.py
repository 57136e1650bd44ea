"""Session: half an hour of one visitor, and what brought them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from pendo_destination.agent.visitor.attribution import attribute
from pendo_destination.agent.visitor.identity import Change, is_anonymous
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import UNDEFINED, is_number, text

if TYPE_CHECKING:
    from pendo_destination.agent.config import Config
    from pendo_destination.agent.page import Environment, Location
    from pendo_destination.agent.visitor.storage import Storage

_SESSION: Final = "sessionId"
_CAMPAIGN: Final = "utm"


class Session:
    """The session that events belong to: a new one after 30 minutes without any and after a known visitor."""

    def __init__(self, config: Config, environment: Environment, storage: Storage, location: Location) -> None:
        self._config, self._environment, self._storage, self._location = config, environment, storage, location
        self._id, self._last, self._written = "", 0.0, ""
        if not self.campaign:
            self._attribute()

    def touch(self, time: int) -> str:
        """Count an event and name the session it belongs to."""
        stored = self._read(_SESSION)
        if stored is None:
            self._start(time)
        elif stored != self._written:
            self._adopt(stored)
        if time - self._last > self._config.inactivity:
            self._renew(time)
        self._keep(time)
        return self._id

    @property
    def campaign(self) -> str | None:
        """What brought the visitor, as JSON."""
        return self._read(_CAMPAIGN)

    def identify(self, change: Change) -> None:
        """Start a new session where another visitor follows one who was known; where nobody was, if this one is."""
        before = change.visitor_id if change.old_visitor_id is UNDEFINED else change.old_visitor_id
        if change.of_visitor and not is_anonymous(before):
            self._renew(self._environment.clock())

    def _adopt(self, stored: str) -> None:
        """Go on with the session of an earlier page, or of another tab."""
        found = json.loads(stored)
        self._id, last = found["sessionId"], found.get("timestamp")
        self._last = last if is_number(last) else float("-inf")

    def _renew(self, time: int) -> None:
        for suffix in {self._config.storage_suffix, ""}:
            self._storage.clear(_SESSION, suffix)
            self._storage.clear(_CAMPAIGN, suffix)
        if self._read(_SESSION) is None:
            self._start(time)
        self._attribute()

    def _start(self, time: int) -> None:
        self._id = self._environment.ids(16)
        self._keep(time)

    def _keep(self, time: int) -> None:
        self._last = time
        self._written = f'{{"sessionId":"{self._id}","timestamp":{time}}}'
        self._storage.write(_SESSION, self._written, suffix=self._config.storage_suffix)

    def _attribute(self) -> None:
        referrer = self._environment.page.referrer
        found = attribute(self._location.url, referrer, full_referrer=self._config.full_referrer)
        self._storage.write(_CAMPAIGN, text(stringify(found)), suffix=self._config.storage_suffix)

    def _read(self, name: str) -> str | None:
        """Read under the configured suffix, else under the API key."""
        return self._storage.read(name, self._config.storage_suffix) or self._storage.read(name)
