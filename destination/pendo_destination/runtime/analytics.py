"""Analytics: what Segment's library knows of the visitor and the group at a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class User:
    """The visitor: id if known, anonymous id, all traits stored so far."""

    id: Any = None
    anonymous_id: Any = None
    traits: Any = field(default_factory=dict)


@dataclass(slots=True)
class Group:
    """The visitor's group: id and all traits stored so far."""

    id: Any = None
    traits: Any = field(default_factory=dict)


@dataclass(slots=True)
class Analytics:
    """The state that identify and group leave behind; None where the library has no such thing."""

    user: User | None = field(default_factory=User)
    group: Group | None = field(default_factory=Group)

    def expect(self, event: Mapping[str, Any]) -> None:
        """Know the visitor as just before a page's first event, which names nobody new unless it is an identify."""
        if self.user:
            self.user.anonymous_id = event.get("anonymousId", self.user.anonymous_id)
        if self.user and event.get("type") != "identify":
            self.user.id = event.get("userId", self.user.id)

    def observe(self, event: Mapping[str, Any]) -> None:
        """Remember what an event says of visitor and group.

        Traits in an event are all stored traits already, as Segment's library sends them: observed.
        """
        if self.user:
            self.user.anonymous_id = event.get("anonymousId", self.user.anonymous_id)
            self.user.id = event.get("userId", self.user.id)
        if self.user and event.get("type") == "identify":
            self.user.traits = event.get("traits", {})
        if self.group and event.get("type") == "group":
            self.group.id = event.get("groupId", self.group.id)
            self.group.traits = event.get("traits", {})
