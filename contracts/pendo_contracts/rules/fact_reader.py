"""Reads the facts of a judged request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from pendo_contracts.common.caching import cached_for_short_text
from pendo_contracts.rules.agent_event_reader import AgentEventReader, GuideRequestReader, UnnumberedEventReader
from pendo_contracts.rules.content_digest import digest_attempt
from pendo_contracts.rules.observation import Observation
from pendo_contracts.rules.request_facts import Facts, HostKind, MetadataFact, host_kind, in_milliseconds
from pendo_contracts.rules.server_side_event_reader import ServerSideEventReader, TrackCallReader, WebhookReader
from pendo_contracts.wire.region import locate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.rules.event_reader import EventReader
    from pendo_contracts.rules.observation import MetadataObject
    from pendo_contracts.rules.request_facts import Source
    from pendo_contracts.wire.beacon import Beacon

_OTHER_ENDPOINT: Final[tuple[Source, type[EventReader]]] = ("agent", UnnumberedEventReader)
_UNKNOWN_PATH: Final[tuple[Source, type[EventReader]]] = ("", ServerSideEventReader)
# The sender and the reader of an endpoint's events.
_READERS: Final[Mapping[str, tuple[Source, type[EventReader]]]] = {
    "ptm.gif": ("agent", AgentEventReader),
    "agentic.gif": ("agent", AgentEventReader),
    "guide.gif": ("agent", AgentEventReader),
    "poll.gif": ("agent", AgentEventReader),
    "guide.json": ("agent", GuideRequestReader),
    "guide.js": ("agent", GuideRequestReader),
    "pendo.js": ("script", ServerSideEventReader),
    "config.json": ("script", ServerSideEventReader),
    "segmentio": ("webhook", WebhookReader),
    "track": ("server", TrackCallReader),
    "agentic": ("server", ServerSideEventReader),
    "agenticsdk": ("server", ServerSideEventReader),
}
_JSON_TYPES: Final[Mapping[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    list: "array",
}
_DECIMAL: Final = re.compile(r"-?\d+(\.\d*)?", re.ASCII)


def observe(request: JudgedRequest) -> Observation:
    """Read the facts of a judged request."""
    beacon, status = request.beacon, request.status
    name = beacon.endpoint_name
    source, create_reader = _READERS.get(name, _OTHER_ENDPOINT) if beacon.endpoint else _UNKNOWN_PATH
    reader = create_reader()
    if beacon.events:
        reader.read_all(beacon.events, request.verdicts[1:], typed=beacon.typed)
    events = reader.events
    facts = Facts(
        request.where, name, beacon.api_key, source, beacon.preflight, *_host_facts(beacon.place.host), request.fault,
        request.accepted, status, request.not_received, b"" if status is None else digest_attempt(request),
        _sent_at(request, source), tuple(events), reader.runs(), reader.ids(),
        tuple([_types(metadata) for metadata in reader.metadata]),
    )  # fmt: skip
    moments = [event.happened_at for event in events]
    complete = None not in moments
    known = cast("list[float]", moments) if complete else [moment for moment in moments if moment is not None]
    return Observation(
        request, facts, reader.metadata, reader.tracks, min(known, default=None), max(known, default=None), complete,
    )  # fmt: skip


@cached_for_short_text
def _host_facts(host: str) -> tuple[str, str, HostKind, str, str]:
    """Return the label, the name, the kind, the region and the role of a host."""
    place = locate(host)
    return place.label, host, host_kind(place), place.region.name if place.region else "", place.role or ""


def _types(metadata: MetadataObject) -> MetadataFact:
    types = {
        name: kind
        for name, value in metadata.members.items()
        if (kind := _JSON_TYPES.get(type(value))) is not None and name != "id"
    }
    return MetadataFact(metadata.object, metadata.event_index, types)


def _sent_at(request: JudgedRequest, source: Source) -> float | None:
    if source == "webhook" or (source == "server" and "ct" not in request.beacon.query):
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
