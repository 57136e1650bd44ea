"""Sessions of a visitor, each with the campaign that the visitor came from; 30 minutes without events end a session."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from pendo_destination.agent.visitor.identity import IdentityChange, is_anonymous
from pendo_destination.agent.visitor.traffic_source import attribute
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import UNDEFINED, is_number, text

if TYPE_CHECKING:
    from pendo_destination.agent.environment.config import Config
    from pendo_destination.agent.environment.page_and_browser import Environment, Location
    from pendo_destination.agent.environment.storage import Storage

_SESSION: Final = "sessionId"
_CAMPAIGN: Final = "utm"


class Session:
    """The session of events.

    A new session starts after 30 minutes without events, or when another visitor follows a known visitor.
    """

    def __init__(self, config: Config, environment: Environment, storage: Storage, location: Location) -> None:
        self._config, self._environment, self._storage, self._location = config, environment, storage, location
        self._id, self._last_event, self._written = "", 0.0, ""
        if not self.campaign:
            self._write_campaign()

    def touch(self, time: int) -> str:
        """Record an event at a time; return the id of its session."""
        stored = self._read(_SESSION)
        if stored is None:
            self._start(time)
        elif stored != self._written:
            self._resume(stored)
        if time - self._last_event > self._config.inactivity:
            self._renew(time)
        self._write(time)
        return self._id

    @property
    def campaign(self) -> str | None:
        """The campaign, channel and referrer that the visitor came from, as JSON."""
        return self._read(_CAMPAIGN)

    def identify(self, change: IdentityChange) -> None:
        """Start a new session if the previous visitor was known, or if the first visitor of this browser is known."""
        before = change.visitor_id if change.old_visitor_id is UNDEFINED else change.old_visitor_id
        if change.visitor_changed and not is_anonymous(before):
            self._renew(self._environment.clock())

    def _resume(self, stored: str) -> None:
        """Continue the session of an earlier page, or of another tab."""
        session = json.loads(stored)
        self._id, last_event = session["sessionId"], session.get("timestamp")
        self._last_event = last_event if is_number(last_event) else float("-inf")

    def _renew(self, time: int) -> None:
        for suffix in {self._config.storage_suffix, ""}:
            self._storage.clear(_SESSION, suffix)
            self._storage.clear(_CAMPAIGN, suffix)
        # Without localStorage nothing is cleared, and the session keeps its id.
        if self._read(_SESSION) is None:
            self._start(time)
        self._write_campaign()

    def _start(self, time: int) -> None:
        self._id = self._environment.make_id(16)
        self._write(time)

    def _write(self, time: int) -> None:
        self._last_event = time
        self._written = f'{{"sessionId":"{self._id}","timestamp":{time}}}'
        self._storage.write(_SESSION, self._written, suffix=self._config.storage_suffix)

    def _write_campaign(self) -> None:
        referrer = self._environment.page.referrer
        campaign = attribute(self._location.url, referrer, full_referrer=self._config.full_referrer)
        self._storage.write(_CAMPAIGN, text(stringify(campaign)), suffix=self._config.storage_suffix)

    def _read(self, name: str) -> str | None:
        """Read a value by the configured suffix, or else by API key."""
        suffix = self._config.storage_suffix
        return (suffix and self._storage.read(name, suffix)) or self._storage.read(name)
