"""Facts: what the rules read of one request, small enough to be sent to another process."""

from __future__ import annotations

import json
import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

import msgspec

from pendo_contracts.finding import REQUEST
from pendo_contracts.keyword_explanations import json_type
from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.wire.beacon import Beacon
    from pendo_contracts.wire.event import Event
    from pendo_contracts.wire.region import Place

Source: TypeAlias = Literal["agent", "script", "webhook", "server", ""]
HostKind: TypeAlias = Literal["listed", "unlisted", "cname", "local"]
IdKind: TypeAlias = Literal["visitor", "account"]

# Times below the first are seconds, times above the second are microseconds (assumed).
FIRST_MILLISECOND: Final = 1e11
LAST_MILLISECOND: Final = 1e14

_SOURCES: Final[Mapping[str, Source]] = {
    "pendo.js": "script",
    "config.json": "script",
    "segmentio": "webhook",
    "track": "server",
    "agentic": "server",
    "agenticsdk": "server",
}
_GUIDE_REQUESTS: Final = frozenset({"guide.json", "guide.js"})
# The events of these endpoints share one numbering in a page; a replay's `sequence` counts something else (observed).
_NUMBERED: Final = frozenset({"ptm.gif", "agentic.gif", "guide.gif", "poll.gif"})
_METADATA: Final = ("visitor", "account", "parentAccount")
# The webhook takes the account from a property (documented); the agent adds promoted metadata (observed).
_NOT_COMPARED: Final = frozenset({"groupId", "__sg__"})
_DECIMAL: Final = re.compile(r"-?\d+(\.\d*)?", re.ASCII)
_DIGEST_SIZE: Final = 16
_LOOKALIKE: Final = "pendo"
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


class IdFact(NamedTuple):
    """An id of a visitor or an account, the position of its event, and its JSON Pointer in the event."""

    kind: IdKind
    value: str
    event_index: int
    pointer: str


class MetadataFact(NamedTuple):
    """The JSON type of each field of one metadata object of an event; null and objects are left out."""

    object: str
    event_index: int
    types: dict[str, str]


class EventFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One event: its place in its page (`frame`, `sequence`), its time, and digests of its content.

    `happened_at` is in milliseconds since 1970, None if there is no time or if its unit is wrong. `old_visitor` and
    `takes_account_away` come from an identify event. `visitors` has all ids of the visitor. `content` is the digest of
    visitor, type, name, time and properties; `track` is the digest of a track event's name and properties, without the
    properties that differ between agent and webhook. Both are empty where no rule needs them.
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
    old_visitor: str
    takes_account_away: bool
    visitors: tuple[str, ...]
    content: bytes
    track: bytes


class Facts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The facts of one request; `attempt` is the digest that all tries of the same request share.

    `source` is the sender: the agent, the page that loads the agent's script, Segment's webhook, or a server; "" for a
    path that is not Pendo's. `sent_at` is the request's own time (`ct`) in milliseconds since 1970, or the time of
    receipt of a webhook call; None if there is none. The other members have the same meaning as in JudgedRequest.
    """

    where: str
    place: str
    endpoint: str
    api_key: str
    source: Source
    preflight: bool
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
    ids: tuple[IdFact, ...]
    metadata: tuple[MetadataFact, ...]


class Site(NamedTuple):
    """What a finding says of the request or event that it is about; the members are those of Finding."""

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


class MetadataObject(NamedTuple):
    """One metadata object of an event: `object` is visitor, account or parentAccount."""

    object: str
    event_index: int
    pointer: str
    members: dict[str, Any]


class TrackProperties(NamedTuple):
    """The properties of one track event, with their JSON Pointer in the event."""

    event: EventFact
    pointer: str
    members: dict[str, Any]


class Observation(NamedTuple):
    """One judged request, its facts, and the parts of its payload that only rules over one request need."""

    request: JudgedRequest
    facts: Facts
    metadata: tuple[MetadataObject, ...]
    tracks: tuple[TrackProperties, ...]


def observe(request: JudgedRequest) -> Observation:
    """Read the facts of a judged request."""
    beacon = request.beacon
    source: Source = _SOURCES.get(beacon.endpoint_name, "agent") if beacon.endpoint else ""
    place = beacon.place
    events: list[EventFact] = []
    ids: dict[tuple[str, str], IdFact] = {}
    metadata: list[MetadataObject] = []
    tracks: list[TrackProperties] = []
    if beacon.events:
        verdicts = request.verdicts
        for event, verdict in zip(beacon.events, verdicts[1:], strict=False):
            if type(value := event.value) is dict:
                for fact in _ids(event, value, source, beacon.endpoint_name):
                    ids.setdefault(fact[:2], fact)
                metadata += _metadata(event, value, source, beacon.endpoint_name)
                numbered = beacon.endpoint_name in _NUMBERED
                event_fact = _event_fact(event, value, source, kept=verdict.kept, numbered=numbered)
                events.append(event_fact)
                if event.type == "track":
                    tracks += _properties(event_fact, value, source)
    facts = Facts(
        request.where, place.label, beacon.endpoint_name, beacon.api_key, source, beacon.preflight, place.host,
        host_kind(place), place.region.name if place.region else "", place.role or "", request.fault, request.accepted,
        request.status, request.not_received, _attempt(request) if request.status is not None else b"",
        _sent_at(request, source), tuple(events), tuple(ids.values()), tuple(map(_types, metadata)),
    )  # fmt: skip
    return Observation(request, facts, tuple(metadata), tuple(tracks))


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


def site_of(facts: Facts, event: EventFact | None = None) -> Site:
    """Return the site of a request, or of one of its events."""
    place = (facts.where, facts.place, facts.endpoint, facts.api_key)
    if event is None:
        return Site(*place, REQUEST, None, "", "", "", facts.host)
    return Site(*place, event.type, event.index, event.name, event.visitor, event.page)


def read_moment(value: Any) -> float | None:
    """Return a number as it is; None for other values."""
    return value if type(value) is int or type(value) is float else None


def _ids(event: Event, value: dict[str, Any], source: Source, endpoint: str) -> Iterator[IdFact]:
    for kind, pointer, found in _id_places(event, value, source, endpoint):
        if type(found) is str:
            yield IdFact(kind, found, event.index, pointer)


def _id_places(event: Event, value: dict[str, Any], source: Source, endpoint: str) -> Iterator[tuple[IdKind, str, Any]]:
    """Yield each place of an id, with its value, which can be of any type."""
    if source == "webhook":
        if (user := value.get("userId")) is not None or "anonymousId" not in value:
            yield "visitor", "/userId", user
        elif type(anonymous := value["anonymousId"]) is str:
            yield "visitor", "/anonymousId", ANONYMOUS_PREFIX + anonymous
        yield "account", "/groupId", value.get("groupId")
        yield "account", "/properties/groupId", _object(value, "properties").get("groupId")
    elif endpoint == "track":
        yield "visitor", "/visitorId", value.get("visitorId")
        yield "account", "/accountId", value.get("accountId")
    elif endpoint in _GUIDE_REQUESTS:
        yield "visitor", "/visitorId", value.get("visitorId")
        yield "visitor", "/oldVisitorId", value.get("oldVisitorId")
        yield "account", "/accountId", value.get("accountId")
        yield "account", "/oldAccountId", value.get("oldAccountId")
        metadata = _object(value, "metadata")
        yield "visitor", "/metadata/visitor/id", _object(metadata, "visitor").get("id")
        yield "account", "/metadata/account/id", _object(metadata, "account").get("id")
    else:
        yield "visitor", "/visitor_id", value.get("visitor_id")
        yield "account", "/account_id", value.get("account_id")
        if event.type == "identify":
            props = _object(value, "props")
            yield "visitor", "/props/visitor_id", props.get("visitor_id")
            yield "visitor", "/props/old_visitor_id", props.get("old_visitor_id")
            yield "account", "/props/account_id", props.get("account_id")
            yield "account", "/props/old_account_id", props.get("old_account_id")
        elif event.type == "meta":
            props = _object(value, "props")
            yield "visitor", "/props/visitor/id", _object(props, "visitor").get("id")
            yield "account", "/props/account/id", _object(props, "account").get("id")


def _metadata(event: Event, value: dict[str, Any], source: Source, endpoint: str) -> Iterator[MetadataObject]:
    if source == "webhook":
        name = {"identify": "visitor", "group": "account"}.get(event.type)
        if name and type(traits := value.get("traits")) is dict:
            yield MetadataObject(name, event.index, "/traits", traits)
        return
    if event.type == "meta" and source == "agent":
        holder = "props"
    elif endpoint in _GUIDE_REQUESTS:
        holder = "metadata"
    else:
        return
    objects = _object(value, holder)
    for name in _METADATA:
        if type(members := objects.get(name)) is dict:
            yield MetadataObject(name, event.index, f"/{holder}/{name}", members)


def _types(metadata: MetadataObject) -> MetadataFact:
    types = {name: _json_type(value) for name, value in metadata.members.items() if name != "id"}
    return MetadataFact(metadata.object, metadata.event_index, {name: kind for name, kind in types.items() if kind})


def _json_type(value: Any) -> str:
    """Return string, number, boolean or array; "" for null and objects."""
    if value is None or type(value) is dict:
        return ""
    kind = json_type(value)
    return "number" if kind == "integer" else kind


def _event_fact(event: Event, value: dict[str, Any], source: Source, *, kept: bool, numbered: bool) -> EventFact:
    props = _object(value, "props")
    page, frame, sequence = value.get("url"), value.get("frameId"), value.get("sequence")
    moment = event.happened_at
    moment = moment if moment is not None and in_milliseconds(moment) else None
    name, visitor = event.name or "", event.visitor_id or ""
    account = event.account_id or _text(_object(value, "properties").get("groupId"))
    frame = frame if type(frame) is str else ""
    if type(sequence) is float and sequence.is_integer():
        sequence = int(sequence)
    placed = numbered and frame and type(sequence) is int
    identify = event.type == "identify" and source == "agent"
    return EventFact(
        event.type, event.index, name, visitor, account,
        page if type(page) is str else "", frame, sequence if placed else None, moment, kept,
        _text(props.get("old_visitor_id")) if identify else "",
        identify and bool(props.get("old_account_id")) and not props.get("account_id"),
        event.visitor_ids if event.type == "track" else (),
        _digest(visitor, event.type, name, value.get("browser_time"), value.get("props")) if placed else b"",
        _track_digest(name, value, source) if event.type == "track" else b"",
    )  # fmt: skip


def _track_digest(name: str, value: dict[str, Any], source: Source) -> bytes:
    properties = value.get("properties" if source == "webhook" else "props") or {}
    if type(properties) is dict and not _NOT_COMPARED.isdisjoint(properties):
        properties = {key: item for key, item in properties.items() if key not in _NOT_COMPARED}
    return _digest(name, properties)


def _properties(event: EventFact, value: dict[str, Any], source: Source) -> Iterator[TrackProperties]:
    name = "props" if source == "agent" else "properties"
    if type(members := value.get(name)) is dict:
        yield TrackProperties(event, f"/{name}", members)


def _digest(*values: Any) -> bytes:
    """Return a digest that is equal for equal JSON values: the order of members and `.0` do not count."""
    try:
        text = _ENCODER.encode(values)
        if b".0" in text:
            text = _ENCODER.encode(_with_integers(values))
    except (UnicodeEncodeError, ValueError, OverflowError):
        text = json.dumps(_with_integers(values), sort_keys=True).encode()
    return blake2b(text, digest_size=_DIGEST_SIZE).digest()


def _with_integers(value: Any) -> Any:
    if type(value) is float and value.is_integer():
        return int(value)
    if isinstance(value, list | tuple):
        return [_with_integers(item) for item in value]
    if isinstance(value, dict):
        return {name: _with_integers(item) for name, item in value.items()}
    return value


def _sent_at(request: JudgedRequest, source: Source) -> float | None:
    if source == "webhook":
        received_at = request.envelope.received_at
        return received_at if in_milliseconds(received_at) else None
    moment = read_sent_at(request.beacon)
    return moment if moment is not None and in_milliseconds(moment) else None


def read_sent_at(beacon: Beacon) -> float | None:
    """Read a request's own time, the query parameter `ct`; None if it is missing or no number."""
    text = beacon.query.get("ct", "")
    if text.isascii() and text.isdecimal() and len(text) < 20:
        return float(text)
    return float(text) if text and len(text) < 40 and _DECIMAL.fullmatch(text) else None


def _attempt(request: JudgedRequest) -> bytes:
    """Digest the data that all tries of a request share: its events' positions, or its method, path and payload."""
    beacon = request.beacon
    values = [event.value for event in beacon.events if isinstance(event.value, dict)]
    places = [(value.get("frameId"), value.get("sequence")) for value in values if "sequence" in value]
    if places:
        return _digest(beacon.endpoint_name, beacon.api_key, places)
    head = (beacon.endpoint_name, beacon.api_key, beacon.method, beacon.path, beacon.query.get("jzb"))
    return blake2b(_digest(*head) + request.envelope.body, digest_size=_DIGEST_SIZE).digest()


def _object(value: dict[str, Any], name: str) -> dict[str, Any]:
    member = value.get(name)
    return member if type(member) is dict else {}


def _text(value: Any) -> str:
    return value if type(value) is str else ""
