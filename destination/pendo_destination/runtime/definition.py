"""A destination as data, in Segment's terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

from msgspec import Struct, field

from pendo_destination.javascript.values import truthy

if TYPE_CHECKING:
    from pendo_destination.runtime.stored_identity import StoredIdentity

Event: TypeAlias = dict[str, Any]
FieldType = Literal["string", "password", "boolean", "object"]
# The text that a setting accepts: any, a part of a URL's path, or a host.
FieldFormat = Literal["", "key", "host"]


class Pendo(Protocol):
    """The methods of `window.pendo` that an action may call."""

    def initialize(self, options: Mapping[str, Any]) -> None:
        """Start the agent with a visitor and optionally an account."""

    def identify(self, options: Mapping[str, Any]) -> None:
        """Set the visitor, account and parent account."""

    def track(self, name: Any, props: Any) -> None:
        """Track an event."""


# Takes the URL of the agent's script and returns the agent.
Connect = Callable[[str], Pendo]


class Field(Struct, frozen=True):
    """A field of an action or a setting; `default` is a mapping for a field and a value for a setting."""

    label: str
    type: FieldType
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    properties: Mapping[str, Field] = field(default_factory=dict)
    format: FieldFormat = ""


class Context(NamedTuple):
    """The input of an action in addition to the payload; `mapping` is the unresolved mapping of the subscription."""

    mapping: Mapping[str, Any]
    settings: Mapping[str, Any]
    analytics: StoredIdentity


Perform = Callable[[Pendo, Mapping[str, Any], Context], None]


class Action(Struct, frozen=True):
    """An action that a destination can perform for an event."""

    title: str
    default_subscription: str
    fields: Mapping[str, Field]
    perform: Perform


class Subscription(Struct, frozen=True):
    """The action to perform (`partner_action`), its condition (`subscribe`, a trigger) and its input (`mapping`)."""

    partner_action: str
    name: str
    subscribe: str
    mapping: Mapping[str, Any]
    enabled: bool = True

    @classmethod
    def from_json(cls, value: Any) -> Subscription:
        """Read a subscription from Segment's JSON as Segment's runtime does.

        A `subscribe` that is not text is a trigger that cannot be parsed, so it matches no event (observed).
        """
        if not isinstance(value, dict):
            return cls("", "", "", {}, enabled=False)
        trigger, mapping = value.get("subscribe"), value.get("mapping", {})
        return cls(
            value.get("partnerAction", ""),
            value.get("name", ""),
            trigger if isinstance(trigger, str) else "",
            {} if mapping is None else mapping,
            truthy(value.get("enabled")),
        )


class Definition(Struct, frozen=True):
    """A destination: its settings, actions in order, presets, and start-up."""

    name: str
    slug: str
    settings: Mapping[str, Field]
    actions: Mapping[str, Action]
    presets: tuple[Subscription, ...]
    script_url: Callable[[Mapping[str, Any]], str]
    initialize: Callable[[Pendo, Mapping[str, Any], StoredIdentity], None]
