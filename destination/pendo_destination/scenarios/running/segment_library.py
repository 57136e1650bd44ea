"""Segment's library on the page of a scenario: it turns calls into events with all stored traits."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.samples.analytics_next import StoredIdentity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from random import Random

Event = dict[str, Any]

_OWN: Final = frozenset({"type", "userId", "groupId", "traits", "event", "properties"})


class SegmentLibrary:
    """The stored user and group of one browser; a call with another id drops the stored traits (observed)."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.reset()

    def reset(self) -> None:
        """Delete the user and the group, and make a new anonymous id."""
        self._user, self._group = StoredIdentity(), StoredIdentity()
        self._anonymous_id = self._uuid()

    def event(self, call: Mapping[str, Any], url: str, now: datetime) -> Event:
        """Return the event of a call; members that are not arguments of the call are added to it."""
        kind, traits = call["type"], call.get("traits", {})
        members: Event = {}
        if kind == "identify":
            self._user = self._user.merge(call.get("userId"), traits)
            members = {"traits": dict(self._user.traits)}
        elif kind == "group":
            self._group = self._group.merge(call.get("groupId"), traits)
            members = {"groupId": self._group.id, "traits": dict(self._group.traits)}
        elif kind == "track":
            members = {"event": call.get("event"), "properties": call.get("properties", {})}
        event = {
            "type": kind, **members, "integrations": {}, "context": {"page": {"url": url}},
            "timestamp": now.isoformat(timespec="milliseconds"), "messageId": f"ajs-next-{self._uuid()}",
            "anonymousId": self._anonymous_id, **({"userId": self._user.id} if self._user.id else {}),
        }  # fmt: skip
        return event | {name: value for name, value in call.items() if name not in _OWN}

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))
