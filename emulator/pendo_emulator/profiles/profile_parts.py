"""The parts of a profile: each fact with the event behind it."""

from __future__ import annotations

import json
from typing import Any, Literal, TypeAlias

from msgspec import Struct

# A group of metadata: `agent` comes from the agent, `segmentio` from Segment's webhook; clients of Pendo's API write
# `custom`, `pendo` and any other one.
Group: TypeAlias = Literal["agent", "segmentio", "custom", "pendo", "salesforce", "hubspot"]
# How an event arrived: from the agent, from Segment's webhook, from a server, or through Pendo's API.
Way: TypeAlias = Literal["agent", "webhook", "server", "api"]


class Origin(Struct, frozen=True, array_like=True, gc=False):
    """The event behind a fact: its exchange, its position in the payload, its type and its time.

    `at` is in milliseconds since 1970, by the sender's clock, or the time of receipt if the event has no usable time.
    """

    exchange: int
    index: int
    type: str
    at: int

    def to_json(self) -> dict[str, Any]:
        """Return the origin as JSON."""
        return {"exchange": self.exchange, "index": self.index, "type": self.type, "at": self.at}


class SetValue(Struct, frozen=True, array_like=True, gc=False):
    """A value of a metadata field, as JSON text, and the event that set it.

    `size` is the length of the JSON text. A text longer than the limit is cut; `is_cut` says so.
    """

    text: str
    size: int
    origin: Origin

    @property
    def is_cut(self) -> bool:
        """Whether `text` is only the beginning of the value's JSON text."""
        return self.size > len(self.text)

    @property
    def value(self) -> Any:
        """The value; the beginning of its JSON text if it was cut."""
        text = self.text
        if self.is_cut:
            return text
        if text[:1] == '"' and "\\" not in text:  # most values; decoding takes several times longer
            return text[1:-1]
        return json.loads(text)

    def to_json(self) -> dict[str, Any]:
        """Return the value and its origin as JSON."""
        return {"value": self.value, "is_cut": self.is_cut, "size": self.size, "set_by": self.origin.to_json()}


class MetadataField(Struct, frozen=True, gc=False):
    """A metadata field with its current value and its earlier values, the oldest first.

    `name` is lower-case, as in Pendo's answers; `display_name` is the name that the sender used last.
    `forgotten_values` counts earlier values that the limit dropped.
    """

    name: str
    display_name: str
    current: SetValue
    history: tuple[SetValue, ...] = ()
    forgotten_values: int = 0

    @property
    def value(self) -> Any:
        """The current value."""
        return self.current.value

    def to_json(self) -> dict[str, Any]:
        """Return the field as JSON."""
        return {
            "display_name": self.display_name,
            **self.current.to_json(),
            "history": [value.to_json() for value in self.history],
            "forgotten_values": self.forgotten_values,
        }


class Link(Struct, frozen=True, array_like=True, gc=False):
    """Another visitor that is the same person, and the event that says so; `rule` names the rule of derivation."""

    id: str
    origin: Origin
    rule: str

    def to_json(self) -> dict[str, Any]:
        """Return the link as JSON."""
        return {"id": self.id, "linked_by": self.origin.to_json(), "rule": self.rule}


class AccountUse(Struct, frozen=True, array_like=True, gc=False):
    """An account that events of a visitor carry: times of the first and the last event, and their number."""

    id: str
    first_seen: int
    last_seen: int
    events: int

    def to_json(self) -> dict[str, Any]:
        """Return the use of the account as JSON."""
        return {"id": self.id, "first_seen": self.first_seen, "last_seen": self.last_seen, "events": self.events}


class StoryEvent(Struct, frozen=True, array_like=True, gc=False):
    """One event in the story of a visitor.

    `url` is the page, cut and without its query and fragment. `anonymous_id` is the id that the visitor had then, None
    for the visitor's own id.
    """

    origin: Origin
    way: Way
    name: str | None = None
    account: str | None = None
    url: str | None = None
    anonymous_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the event as JSON."""
        names = ("way", "name", "account", "url", "anonymous_id")
        return self.origin.to_json() | {name: getattr(self, name) for name in names}
