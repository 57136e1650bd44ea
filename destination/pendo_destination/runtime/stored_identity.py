"""The visitor and the group that Segment's library has stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping


class User(Struct):
    """The visitor: id if known, anonymous id, and all stored traits."""

    id: Any = None
    anonymous_id: Any = None
    traits: Any = field(default_factory=dict)


class Group(Struct):
    """The visitor's group: id and all stored traits."""

    id: Any = None
    traits: Any = field(default_factory=dict)


class StoredIdentity(Struct):
    """The visitor and the group that identify and group calls have stored; None if the library does not offer them."""

    user: User | None = field(default_factory=User)
    group: Group | None = field(default_factory=Group)

    def restore_before(self, event: Mapping[str, Any]) -> None:
        """Restore the visitor's state before a page's first event; only an identify event brings a new user id."""
        if self.user:
            self.user.anonymous_id = event.get("anonymousId", self.user.anonymous_id)
        if self.user and event.get("type") != "identify":
            self.user.id = event.get("userId", self.user.id)

    def update(self, event: Mapping[str, Any]) -> None:
        """Store the visitor and the group of an event.

        The traits of an event are complete, because Segment's library sends all stored traits (observed).
        """
        if self.user:
            self.user.anonymous_id = event.get("anonymousId", self.user.anonymous_id)
            self.user.id = event.get("userId", self.user.id)
        if self.user and event.get("type") == "identify":
            self.user.traits = event.get("traits", {})
        if self.group and event.get("type") == "group":
            self.group.id = event.get("groupId", self.group.id)
            self.group.traits = event.get("traits", {})
