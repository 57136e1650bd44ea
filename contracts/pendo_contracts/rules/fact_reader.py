"""Reads the facts of a judged request from its events."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.common.caching import cached_for_short_text
from pendo_contracts.common.javascript_numbers import SAFE_INTEGER
from pendo_contracts.rules.content_digest import checksum, compared_properties, digest_attempt, pack
from pendo_contracts.rules.request_facts import (
    EventFact,
    Facts,
    HostKind,
    IdFact,
    MetadataFact,
    PageRun,
    host_kind,
    in_milliseconds,
)
from pendo_contracts.wire.region import locate
from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.rules.request_facts import Source
    from pendo_contracts.wire.beacon import Beacon
    from pendo_contracts.wire.event import Event

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
_TRAITS: Final[Mapping[str, str]] = {"identify": "visitor", "group": "account"}
_JSON_TYPES: Final[Mapping[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    list: "array",
}
_NOTHING: Final[dict[str, Any]] = {}
_DECIMAL: Final = re.compile(r"-?\d+(\.\d*)?", re.ASCII)


class MetadataObject(NamedTuple):
    """One metadata object of an event: `object` is visitor, account or parentAccount."""

    object: str
    event_index: int
    pointer: str
    members: dict[str, Any]


class TrackProperties(NamedTuple):
    """The properties of one track event, their JSON Pointer in the event, and their size as MessagePack in bytes."""

    event: EventFact
    pointer: str
    members: dict[str, Any]
    packed_size: int


class Observation(NamedTuple):
    """One judged request, its facts, and the parts of its payload that only rules over one request need."""

    request: JudgedRequest
    facts: Facts
    metadata: list[MetadataObject]
    tracks: list[TrackProperties]


def observe(request: JudgedRequest) -> Observation:
    """Read the facts of a judged request."""
    beacon = request.beacon
    name = beacon.endpoint_name
    source: Source = _SOURCES.get(name, "agent") if beacon.endpoint else ""
    status = request.status
    reader = _Reader(source, name)
    for event, verdict in zip(beacon.events, request.verdicts[1:], strict=False):
        if type(event.value) is dict:
            reader.read(event, kept=not verdict.violations)
    facts = Facts(
        request.where, name, beacon.api_key, source, beacon.preflight, *_host_facts(beacon.place.host), request.fault,
        request.accepted, status, request.not_received, b"" if status is None else digest_attempt(request),
        _sent_at(request, source), tuple(reader.events), reader.runs(), reader.ids(),
        tuple(map(_types, reader.metadata)),
    )  # fmt: skip
    return Observation(request, facts, reader.metadata, reader.tracks)


class _Reader:
    """Reads the events of one request; only the first place of each id counts."""

    def __init__(self, source: Source, endpoint: str) -> None:
        self.events: list[EventFact] = []
        self.metadata: list[MetadataObject] = []
        self.tracks: list[TrackProperties] = []
        self._source: Source = source
        self._visitors: dict[str, tuple[int, str]] = {}
        self._accounts: dict[str, tuple[int, str]] = {}
        # By position of an identify event: the visitor before it, and whether it takes the account away.
        self._changes: dict[int, tuple[str, bool]] = {}
        self._endpoint = endpoint
        self._is_guide_request = endpoint in _GUIDE_REQUESTS
        self._is_numbered = endpoint in _NUMBERED

    def read(self, event: Event, *, kept: bool) -> None:
        """Read one event."""
        value = event.value
        if self._is_guide_request:
            self._read_guide_request(event, value)
        elif self._source == "webhook":
            self._read_webhook(event, value)
        elif self._endpoint == "track":
            self._read_server(event, value)
        else:
            self._read_agent(event, value)
        if self._source == "agent":
            self._add_agent_event(event, value, kept=kept)
        else:
            self._add_server_side_event(event, value, kept=kept)

    def runs(self) -> tuple[PageRun, ...]:
        """Return the runs of the events that have a number in a page."""
        runs: list[PageRun] = []
        frame, first, last, visitor, account, start = "", 0, -1, "", "", 0
        for position, event in enumerate(self.events):
            if (sequence := event.sequence) is None:
                continue
            change = self._changes.get(position)
            if (
                sequence == last + 1 and change is None and event.frame == frame and event.visitor == visitor
                and event.account == account
            ):  # fmt: skip
                last = sequence
                continue
            if frame:
                runs.append(PageRun(frame, first, last, visitor, account, start))
            frame, first, last, visitor, account = event.frame, sequence, sequence, event.visitor, event.account
            start = position
            if change is not None:
                runs.append(PageRun(frame, first, last, visitor, account, start, *change))
                frame, last = "", -1
        if frame:
            runs.append(PageRun(frame, first, last, visitor, account, start))
        return tuple(runs)

    def ids(self) -> tuple[IdFact, ...]:
        """Return each different id with its first place."""
        visitors = [IdFact("visitor", value, *place) for value, place in self._visitors.items()]
        return (*visitors, *(IdFact("account", value, *place) for value, place in self._accounts.items()))

    def _visitor(self, value: Any, index: int, pointer: str) -> None:
        if type(value) is str:
            self._visitors.setdefault(value, (index, pointer))

    def _account(self, value: Any, index: int, pointer: str) -> None:
        if type(value) is str:
            self._accounts.setdefault(value, (index, pointer))

    def _read_agent(self, event: Event, value: dict[str, Any]) -> None:
        index, visitor, account = event.index, value.get("visitor_id"), value.get("account_id")
        if type(visitor) is str and visitor not in self._visitors:
            self._visitors[visitor] = (index, "/visitor_id")
        if type(account) is str and account not in self._accounts:
            self._accounts[account] = (index, "/account_id")
        if event.type == "identify":
            props = _object(value, "props")
            self._visitor(props.get("visitor_id"), index, "/props/visitor_id")
            self._visitor(props.get("old_visitor_id"), index, "/props/old_visitor_id")
            self._account(props.get("account_id"), index, "/props/account_id")
            self._account(props.get("old_account_id"), index, "/props/old_account_id")
        elif event.type == "meta" and self._source == "agent":
            self._read_metadata(_object(value, "props"), index, "/props")

    def _add_agent_event(self, event: Event, value: dict[str, Any], *, kept: bool) -> None:
        kind, find = event.type, value.get
        visitor, account, frame, page = find("visitor_id"), find("account_id"), find("frameId"), find("url")
        if visitor is None and "visitor_id" not in value:
            visitor = find("visitorId")
        if account is None and "account_id" not in value:
            account = find("accountId")
        visitor = visitor if type(visitor) is str else ""
        frame = frame if type(frame) is str else ""
        sequence = self._number(find("sequence")) if frame and self._is_numbered else None
        moment = read_moment(find("browser_time"))
        if moment is not None and not in_milliseconds(moment):
            moment = None
        is_track, properties = kind == "track", find("props")
        name, track, packed = "", 0, b""
        visitors: tuple[str, ...] = ()
        if is_track:
            name, visitors = _text(find("track_event_name")), (visitor,) if visitor else ()
            packed = pack(properties)
            compared = compared_properties(properties)
            track = checksum(packed if compared is properties else pack(compared))
        elif kind == "identify" and sequence is not None:
            self._note_change(_object(value, "props"))
        fact = EventFact(
            kind, event.index, name, visitor, account if type(account) is str else "",
            page if type(page) is str else "", frame, sequence, moment, kept, visitors,
            checksum(packed or pack(properties)) if sequence is not None and moment is not None else 0, track,
        )  # fmt: skip
        self.events.append(fact)
        if is_track and type(properties) is dict:
            self.tracks.append(TrackProperties(fact, "/props", properties, len(packed)))

    def _number(self, sequence: Any) -> int | None:
        """Return the number of an event in its page, None for a value that cannot be one."""
        if type(sequence) is float and sequence.is_integer():
            sequence = int(sequence)
        return sequence if type(sequence) is int and -SAFE_INTEGER <= sequence <= SAFE_INTEGER else None

    def _note_change(self, props: dict[str, Any]) -> None:
        old_visitor = _text(props.get("old_visitor_id"))
        takes_away = bool(props.get("old_account_id")) and not props.get("account_id")
        if old_visitor or takes_away:
            self._changes[len(self.events)] = (old_visitor, takes_away)

    def _add_server_side_event(self, event: Event, value: dict[str, Any], *, kept: bool) -> None:
        """Add an event of the webhook or of a server, which has no place in a page."""
        is_track = event.type == "track"
        moment = event.happened_at
        name, visitor = event.name or "", event.visitor_id or ""
        account = event.account_id or _text(_object(value, "properties").get("groupId"))
        properties = value.get("properties")
        compared = checksum(pack(compared_properties(properties))) if is_track and self._source == "webhook" else 0
        fact = EventFact(
            event.type, event.index, name, visitor, account, _text(value.get("url")), "", None,
            moment if moment is not None and in_milliseconds(moment) else None, kept,
            event.visitor_ids if is_track else (), 0, compared,
        )  # fmt: skip
        self.events.append(fact)
        if is_track and type(properties) is dict:
            self.tracks.append(TrackProperties(fact, "/properties", properties, len(pack(properties))))

    def _read_guide_request(self, event: Event, value: dict[str, Any]) -> None:
        index = event.index
        for name in ("visitorId", "oldVisitorId"):
            self._visitor(value.get(name), index, f"/{name}")
        for name in ("accountId", "oldAccountId"):
            self._account(value.get(name), index, f"/{name}")
        self._read_metadata(_object(value, "metadata"), index, "/metadata")

    def _read_metadata(self, holder: dict[str, Any], index: int, pointer: str) -> None:
        for name in _METADATA:
            if type(members := holder.get(name)) is dict:
                self.metadata.append(MetadataObject(name, index, f"{pointer}/{name}", members))
        self._visitor(_object(holder, "visitor").get("id"), index, f"{pointer}/visitor/id")
        self._account(_object(holder, "account").get("id"), index, f"{pointer}/account/id")

    def _read_webhook(self, event: Event, value: dict[str, Any]) -> None:
        index = event.index
        user, anonymous = value.get("userId"), value.get("anonymousId")
        if user is None and type(anonymous) is str:
            self._visitor(ANONYMOUS_PREFIX + anonymous, index, "/anonymousId")
        self._visitor(user, index, "/userId")
        self._account(value.get("groupId"), index, "/groupId")
        self._account(_object(value, "properties").get("groupId"), index, "/properties/groupId")
        kind = _TRAITS.get(event.type)
        if kind and type(traits := value.get("traits")) is dict:
            self.metadata.append(MetadataObject(kind, index, "/traits", traits))

    def _read_server(self, event: Event, value: dict[str, Any]) -> None:
        self._visitor(value.get("visitorId"), event.index, "/visitorId")
        self._account(value.get("accountId"), event.index, "/accountId")


@cached_for_short_text
def _host_facts(host: str) -> tuple[str, str, HostKind, str, str]:
    """Return the label, the name, the kind, the region and the role of a host."""
    place = locate(host)
    return place.label, host, host_kind(place), place.region.name if place.region else "", place.role or ""


def read_moment(value: Any) -> float | None:
    """Return a number as it is; None for other values."""
    return value if type(value) is int or type(value) is float else None


def _types(metadata: MetadataObject) -> MetadataFact:
    types = {
        name: kind
        for name, value in metadata.members.items()
        if (kind := _JSON_TYPES.get(type(value))) is not None and name != "id"
    }
    return MetadataFact(metadata.object, metadata.event_index, types)


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


def _object(value: dict[str, Any], name: str) -> dict[str, Any]:
    member = value.get(name)
    return member if type(member) is dict else _NOTHING


def _text(value: Any) -> str:
    return value if type(value) is str else ""
