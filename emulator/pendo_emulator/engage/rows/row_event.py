"""Reads from an event what the rows of the event sources need."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from pendo_emulator.profiles.limits import NAME_SIZE, URL_SIZE, cut_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.wire.event import Event
    from pendo_emulator.profiles.observation import Observation

# Names of stored rows: all events by visitor, loads by URL, clicks by element, track events by name and properties,
# and single events of guides and polls.
ACTIVITY: Final = "events"
LOADS: Final = "loads"
CLICKS: Final = "clicks"
TRACKS: Final = "tracks"
GUIDES: Final = "guides"
POLLS: Final = "polls"

# The server of events that a server sent (documented).
TRACK_SERVER: Final = "__apitrackevent__"
# The address of a sender without a proxy in front of the emulator (assumed).
LOCAL_ADDRESS: Final = "127.0.0.1"
# In characters of JSON; senders choose every property.
PROPERTIES_SIZE: Final = 4_000
ELEMENT_SIZE: Final = 4_000
_MAX_PARENTS: Final = 20
_NO_TAB: Final = ""
_NOTHING: Final[Mapping[str, Any]] = {}
_encode_sorted = msgspec.json.Encoder(order="sorted").encode
_SINGLE: Final = {"guide.gif": GUIDES, "poll.gif": POLLS}


class RowEvent(NamedTuple):
    """One event as rows count it.

    `detail` is what distinguishes the rows of the source: the URL, the element, or name and properties, as text. A
    single event has its own row; `detail` is its JSON then. `properties` are the names of a track event's properties.
    """

    source: str
    exchange: int
    position: int
    at: int
    visitor: str
    account: str
    server: str
    remote_ip: str
    user_agent: str
    tab: str
    detail: str = ""
    properties: Iterable[str] = ()


_DETAIL: Final = RowEvent._fields.index("detail")


def read_row_events(
    request: JudgedRequest, observation: Observation, *, tracks_are_activity: bool = False
) -> list[RowEvent]:
    """Return what an event adds to the rows, by the observation of it; nothing for an event without a visitor."""
    endpoint = request.beacon.endpoint_name
    if not observation.visitor or endpoint not in _READERS:
        return []
    event = request.beacon.events[observation.origin.index]
    value = event.value
    base = _READERS[endpoint](request, value, observation)
    if endpoint in _SINGLE:
        detail = _single_detail(request, event, observation)
        return [_of_source(base, _SINGLE[endpoint], detail), base]
    match event.type:
        case "track":
            properties = _track_properties(value)
            track = _of_source(base, TRACKS, to_json((observation.name or "", properties)), properties)
            return [track, base] if tracks_are_activity else [track]
        case "load":
            return [base, _of_source(base, LOADS, _url_detail(value))]
        case "click":
            return [base, _of_source(base, CLICKS, _element_detail(value))]
        case _:
            return [base] if endpoint == "ptm.gif" else []


def _of_source(base: RowEvent, source: str, detail: str, properties: Iterable[str] = ()) -> RowEvent:
    return RowEvent._make((source, *base[1:_DETAIL], detail, properties))  # _replace takes several times longer


def _from_agent(request: JudgedRequest, value: Mapping[str, Any], observation: Observation) -> RowEvent:
    headers, tab = request.envelope.headers, value.get("tabId")
    forwarded = headers.get("x-forwarded-for")
    address = forwarded.partition(",")[0].strip() if forwarded else ""
    return _base(
        observation, _server(value), cut_text(address, NAME_SIZE) or LOCAL_ADDRESS, headers.get("user-agent", ""),
        cut_text(tab, NAME_SIZE) if type(tab) is str else _NO_TAB,
    )  # fmt: skip


def _from_server(_: JudgedRequest, value: Mapping[str, Any], observation: Observation) -> RowEvent:
    context = value.get("context")
    context = context if type(context) is dict else _NOTHING
    address, agent = context.get("ip"), context.get("userAgent")
    return _base(
        observation, TRACK_SERVER, cut_text(address, NAME_SIZE) if type(address) is str else "",
        agent if type(agent) is str else "", _NO_TAB,
    )  # fmt: skip


_READERS: Final = {
    "ptm.gif": _from_agent,
    "guide.gif": _from_agent,
    "poll.gif": _from_agent,
    "track": _from_server,
    "segmentio": _from_server,
}


def _base(observation: Observation, server: str, address: str, user_agent: str, tab: str) -> RowEvent:
    origin = observation.origin
    return RowEvent(
        ACTIVITY, origin.exchange, origin.index, origin.at, observation.visitor, observation.account, server, address,
        cut_text(user_agent, URL_SIZE), tab,
    )  # fmt: skip


def _server(value: Mapping[str, Any]) -> str:
    url = value.get("url")
    return _host_of(url[:NAME_SIZE]) if type(url) is str else ""


@lru_cache(maxsize=4096)
def _host_of(url: str) -> str:
    try:
        return cut_text(urlsplit(url).netloc.rpartition("@")[2].lower(), NAME_SIZE)
    except ValueError:
        return ""


def _url_detail(value: Mapping[str, Any]) -> str:
    """Return the URL without its fragment; the rules of pages may look at the query."""
    url = value.get("url")
    return cut_text(url.partition("#")[0], URL_SIZE) if type(url) is str else ""


def _track_properties(value: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = value.get("properties", value.get("props"))
    if type(properties) is not dict:
        return _NOTHING
    return properties if len(to_json(properties)) <= PROPERTIES_SIZE else _cut_properties(properties)


def _cut_properties(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties by name, without those that would exceed PROPERTIES_SIZE."""
    kept: dict[str, Any] = {}
    room = PROPERTIES_SIZE
    for name in sorted(properties):
        room -= len(name) + len(to_json(properties[name]))
        if room < 0:
            break
        kept[name] = properties[name]
    return kept


def _element_detail(value: Mapping[str, Any]) -> str:
    """Return the clicked element and its parents: tag, id, class and attributes of each, the innermost first."""
    props = value.get("props")
    element = props.get("target") if type(props) is dict else None
    chain: list[Any] = []
    while type(element) is dict and len(chain) < _MAX_PARENTS:
        chain.append([element.get(name) or "" for name in ("tag", "id", "cls")] + [element.get("attrs") or {}])
        element = element.get("parentElem")
    text = to_json([_url_detail(value), chain])
    return text if len(text) <= ELEMENT_SIZE else to_json([_url_detail(value), _cut_chain(chain)])


def _cut_chain(chain: list[Any]) -> list[Any]:
    """Return the innermost elements that together do not exceed ELEMENT_SIZE."""
    sizes = accumulate(len(to_json(part)) for part in chain)
    return [part for part, size in zip(chain, sizes, strict=True) if size <= ELEMENT_SIZE]


def _single_detail(request: JudgedRequest, event: Event, observation: Observation) -> str:
    value, props = event.value, event.value.get("props")
    props = props if type(props) is dict else _NOTHING
    actions = props.get("ui_element_actions")
    detail = {
        "type": event.type,
        "guideId": props.get("guide_id"),
        "guideStepId": props.get("guide_step_id"),
        "guideSeenReason": props.get("seen_reason") or props.get("reason") or "",
        "language": props.get("language") or "",
        "pollId": props.get("poll_id"),
        "pollType": props.get("poll_type"),
        "pollResponse": props.get("poll_response"),
        "uiElementId": props.get("ui_element_id") or "",
        "uiElementType": props.get("ui_element_type") or "",
        "uiElementText": props.get("ui_element_text") or "",
        "uiElementActions": to_json(actions) if actions else "",
        "url": _url_detail(value),
        "receivedTime": request.envelope.received_at,
        "eventId": f"{observation.origin.exchange}-{observation.origin.index}",
    }
    return to_json({name: member if len(to_json(member)) <= URL_SIZE else None for name, member in detail.items()})


def to_json(value: Any) -> str:
    """Return a value as JSON with sorted keys, so that equal values are equal texts."""
    try:
        return _encode_sorted(value).decode()
    except (UnicodeEncodeError, OverflowError):  # lone surrogates and numbers above 64 bits
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return text.encode("utf-8", "replace").decode()
