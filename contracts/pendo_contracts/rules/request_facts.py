"""The facts of one request that the rules read, small enough to be sent to another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

from pendo_contracts.common.safe_text import cut
from pendo_contracts.finding import REQUEST

if TYPE_CHECKING:
    from pendo_contracts.wire.region import Place

Source: TypeAlias = Literal["agent", "script", "webhook", "server", ""]
HostKind: TypeAlias = Literal["listed", "unlisted", "cname", "local"]
IdKind: TypeAlias = Literal["visitor", "account"]

# Times below the first are seconds, times above the second are microseconds (assumed).
FIRST_MILLISECOND: Final = 1e11
LAST_MILLISECOND: Final = 1e14

_LOOKALIKE: Final = "pendo"


class IdFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An id of a visitor or an account, the position of its event, and its JSON Pointer in the event."""

    kind: IdKind
    value: str
    event_index: int
    pointer: str


class MetadataFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The JSON type of each field of one metadata object of an event; null and objects are left out."""

    object: str
    event_index: int
    types: dict[str, str]


class EventFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event: its place in its page (`frame`, `sequence`), its time, and digests of its content.

    `happened_at` is in milliseconds since 1970, None if there is no time or if its unit is wrong. `visitors` has all
    ids of the visitor. `content` is the digest of the properties; `track` is that of a track event's properties without
    those that differ between agent and webhook. Both are 0 where no rule needs them.
    """

    type: str
    index: int
    name: str
    visitor: str
    account: str
    page: str
    frame: str
    sequence: int | None
    happened_at: float | None
    kept: bool
    visitors: tuple[str, ...]
    content: int
    track: int


class PageRun(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Consecutive events of one page with the numbers `first` to `last`, one visitor and one account.

    `event` is the position of the first one in the facts' events. Only a run of one event has an `old_visitor` or takes
    an account away.
    """

    frame: str
    first: int
    last: int
    visitor: str
    account: str
    event: int
    old_visitor: str = ""
    takes_account_away: bool = False


class Facts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The facts of one request; `attempt` is the digest that all tries of the same request share.

    `source` is the sender: the agent, the page that loads the agent's script, Segment's webhook, or a server; "" for a
    path that is not Pendo's. `sent_at` is the request's own time (`ct`) in milliseconds since 1970, or the time of
    receipt of a call of the webhook or a server; None if there is none. The other members have the same meaning as in
    JudgedRequest.
    """

    where: str
    endpoint: str
    api_key: str
    source: Source
    preflight: bool
    place: str
    host: str
    host_kind: HostKind
    region: str
    role: str
    fault: str
    accepted: bool
    status: int | None
    not_received: str
    attempt: bytes
    sent_at: float | None
    events: tuple[EventFact, ...]
    runs: tuple[PageRun, ...]
    ids: tuple[IdFact, ...]
    metadata: tuple[MetadataFact, ...]


class Site(msgspec.Struct, frozen=True, gc=False):
    """What a finding says of the request or event that it is about; the members are those of Finding.

    The visitor and the page are cut, because the rules keep sites of many requests.
    """

    where: str
    place: str
    endpoint: str
    api_key: str
    subject: str
    event_index: int | None
    name: str
    visitor: str
    page: str
    host: str = ""


def site_of(facts: Facts, event: EventFact | None = None) -> Site:
    """Return the site of a request, or of one of its events."""
    place = (facts.where, facts.place, facts.endpoint, facts.api_key)
    if event is None:
        return Site(*place, REQUEST, None, "", "", "", facts.host)
    return Site(*place, event.type, event.index, event.name, cut(event.visitor), cut(event.page))


def host_kind(place: Place) -> HostKind:
    """Classify a host: Pendo's (listed), like Pendo's but unknown (unlisted), this machine (local), or a CNAME.

    A lookalike is unlisted: a host whose last two labels are `pendo` and another top-level domain than `io` (observed:
    old builds made such names from a region's name).
    """
    if place.kind == "region":
        return "listed"
    if place.kind != "cname":
        return place.kind
    return "unlisted" if place.host.split(".")[-2:-1] == [_LOOKALIKE] and not place.host.endswith(".io") else "cname"


def in_milliseconds(moment: float) -> bool:
    """Return whether a time can be in milliseconds since 1970."""
    return FIRST_MILLISECOND <= moment <= LAST_MILLISECOND


def read_moment(value: Any) -> float | None:
    """Return a number as it is; None for other values."""
    return value if type(value) is int or type(value) is float else None
