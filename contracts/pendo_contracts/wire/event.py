"""Event: one event or object of a beacon's payload; finds its name, visitor, account and time."""

from __future__ import annotations

from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Final

from msgspec import UNSET, Struct, to_builtins

from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NO_MEMBERS: Final[Mapping[str, Any]] = {}
# Returns the name, visitor id and account id of a TypedEvent; read_identity does so for any event.
read_typed_identity: Final[Callable[[Any], tuple[Any, Any, Any]]] = attrgetter(
    "track_event_name", "visitor_id", "account_id"
)


class TypedEvent(Struct):
    """The base of the types that are made from the schemas; a member that the event does not have is UNSET."""

    type_name: ClassVar[str] = ""
    track_event_name: ClassVar[Any] = UNSET


class Event(Struct, frozen=True):
    """One event of a beacon.

    `type` is the event's type, or the endpoint's name if the payload has no type. `contract` is None for a type that
    the endpoint does not have. `index` is the position in the payload, from 0. `decoded` is the event as it was
    decoded: a JSON value, or a TypedEvent.
    """

    type: str
    contract: str | None
    index: int
    decoded: Any

    @property
    def value(self) -> Any:
        """The event as JSON; the members of a TypedEvent are in alphabetical order."""
        if isinstance(self.decoded, TypedEvent):
            return {"type": self.type} | to_builtins(self.decoded)
        return self.decoded

    @property
    def name(self) -> str | None:
        """The name of a track event."""
        return _text(read_identity(self.decoded)[0])

    @property
    def visitor_id(self) -> str | None:
        """The visitor's id."""
        return _text(read_identity(self.decoded)[1])

    @property
    def account_id(self) -> str | None:
        """The account's id."""
        return _text(read_identity(self.decoded)[2])

    @property
    def visitor_ids(self) -> tuple[str, ...]:
        """All ids of the visitor: a webhook call has the user's id and also the earlier anonymous id."""
        members = _object(self.value)
        anonymous = _text(members.get("anonymousId"))
        return tuple(filter(None, (self.visitor_id, anonymous and ANONYMOUS_PREFIX + anonymous)))

    @property
    def happened_at(self) -> float | None:
        """When the event happened, in milliseconds since 1970; None if the event has no readable time.

        The agent sends `browser_time`, servers a numeric `timestamp`, Segment an ISO 8601 `timestamp`, which is in UTC
        unless it has an offset.
        """
        members = _object(self.value)
        happened_at = members.get("browser_time", members.get("timestamp"))
        return happened_at if isinstance(happened_at, int | float) else _milliseconds(happened_at)


def read_identity(value: Any) -> tuple[Any, Any, Any]:
    """Read the name, visitor id and account id of an event; agent, webhook and API have different names for them."""
    if isinstance(value, TypedEvent):
        return read_typed_identity(value)
    find = value.get if type(value) is dict else _NO_MEMBERS.get
    return (
        find("track_event_name", find("event")),
        find("visitor_id", find("visitorId", find("userId"))),
        find("account_id", find("accountId", find("groupId"))),
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else _NO_MEMBERS


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _milliseconds(timestamp: Any) -> int | None:
    try:
        moment = datetime.fromisoformat(timestamp)
    except (TypeError, ValueError):
        return None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
