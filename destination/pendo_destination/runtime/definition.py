"""Definition: a destination as data, in Segment's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from pendo_destination.runtime.analytics import Analytics

FieldType = Literal["string", "password", "boolean", "object"]


class Pendo(Protocol):
    """What an action may ask of `window.pendo`."""

    def initialize(self, options: Mapping[str, Any]) -> None:
        """Start the agent with a visitor and perhaps an account."""

    def identify(self, options: Mapping[str, Any]) -> None:
        """Name visitor, account and parent account."""

    def track(self, name: Any, props: Any) -> None:
        """Track an event."""


# Given a script's URL, gives the agent that the script is.
Connect = Callable[[str], Pendo]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an action or one setting; `default` is a mapping for a field, a value for a setting."""

    label: str
    type: FieldType
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    properties: Mapping[str, Field] = field(default_factory=dict)


class Context(NamedTuple):
    """What an action's perform is given beside the payload; `mapping` is the subscription's, unresolved."""

    mapping: Mapping[str, Any]
    settings: Mapping[str, Any]
    analytics: Analytics


Perform = Callable[[Pendo, Mapping[str, Any], Context], None]


@dataclass(frozen=True, slots=True)
class Action:
    """Something a destination can do with an event."""

    title: str
    default_subscription: str
    fields: Mapping[str, Field]
    perform: Perform


@dataclass(frozen=True, slots=True)
class Subscription:
    """When (`subscribe`, a trigger) which action (`partner_action`) is performed with what (`mapping`)."""

    partner_action: str
    name: str
    subscribe: str
    mapping: Mapping[str, Any]
    enabled: bool = True

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Subscription:
        """Read a subscription in Segment's spelling."""
        return cls(
            value.get("partnerAction", ""),
            value.get("name", ""),
            value.get("subscribe", ""),
            value.get("mapping") or {},
            bool(value.get("enabled", False)),
        )


@dataclass(frozen=True, slots=True)
class Definition:
    """A destination: settings, actions in order, presets, and how it starts."""

    name: str
    slug: str
    settings: Mapping[str, Field]
    actions: Mapping[str, Action]
    presets: tuple[Subscription, ...]
    script_url: Callable[[Mapping[str, Any]], str]
    initialize: Callable[[Pendo, Mapping[str, Any], Analytics], None]
