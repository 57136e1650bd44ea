"""ComparedEvent: one event without generated ids and times, so that equal events of two recordings are equal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pendo_contracts.rules.content_digest import pack
from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from pendo_contracts.wire.event import Event

ANONYMOUS: Final = f"{ANONYMOUS_PREFIX}…"
GENERATED: Final = "(generated)"

# Members of an event that the agent, Segment's libraries or Pendo's SDKs generate for each page, event or request.
_GENERATED: Final = frozenset(
    {
        *("browser_time", "timestamp", "originalTimestamp", "sentAt", "receivedAt", "ops"),
        *("tabId", "parentTabId", "frameId", "sessionId", "sequence", "bytes", "recordingId", "recordingSessionId"),
        "messageId",
    }
)
# Members of `props` that the agent writes; a page chooses the names in the `props` of a track event.
_GENERATED_PROPS: Final = frozenset({"load_time", "date", "version"})
# `version` is the agent's version, which is a fact.
_GENERATED_METADATA: Final = frozenset({"date", "version"})
_GUIDE_ENDPOINTS: Final = frozenset({"guide.gif", "poll.gif"})
_DURATION: Final = frozenset({"duration"})
_EVENTS_ENDPOINT: Final = "ptm.gif"
_ANONYMOUS_ID: Final = "anonymousId"
_INTERACTIONS: Final = frozenset({"click", "focus", "submit", "change"})
_MARK: Final = ANONYMOUS_PREFIX.encode()


class ComparedEvent(msgspec.Struct, frozen=True, gc=False):
    """One event, or a request without events.

    `packed` is the event's value without generated members. `answer` is the status of the request, the reason why there
    was none, or "" if the recording does not contain it. `where` is the entry of the recording. `repeated` is true
    for a request that the agent repeats: its content is compared once.
    """

    endpoint: str
    type: str
    name: str
    visitor: str
    account: str
    url: str
    packed: bytes
    answer: str
    where: str
    repeated: bool = False

    @property
    def digest(self) -> int:
        """A digest of endpoint and content; it does not depend on the answer."""
        return hash((self.endpoint, self.type, self.packed))

    def value(self) -> Any:
        """Return the value without generated members."""
        try:
            return msgspec.msgpack.decode(self.packed)
        except (ValueError, UnicodeDecodeError):
            return json.loads(self.packed)


def describe_event(
    event: Event, endpoint: str, answer: str, where: str, *, repeated: bool, ignored: Callable[[Any], Any] | None = None
) -> ComparedEvent:
    """Return the comparable form of an event; `ignored` removes further fields from its value."""
    value = _without_generated(event.value, event.type, endpoint)
    if ignored:
        value = ignored(value)
    packed = pack(value)
    if _MARK in packed:
        packed = pack(_without_anonymous_ids(value))
    members = event.value if isinstance(event.value, dict) else {}
    name = event.name or (_target(members) if event.type in _INTERACTIONS else "")
    visitor, account = event.visitor_id or "", event.account_id or ""
    url = members.get("url")
    return ComparedEvent(
        endpoint=endpoint,
        type=event.type,
        name=name,
        visitor=ANONYMOUS if visitor.startswith(ANONYMOUS_PREFIX) else visitor,
        account=account,
        url=url if isinstance(url, str) else "",
        packed=packed,
        answer=answer,
        where=where if endpoint == event.type else f"{where} event {event.index}",
        repeated=repeated,
    )


def describe_request(endpoint: str, answer: str, where: str) -> ComparedEvent:
    """Return the comparable form of a request whose content is not compared."""
    return ComparedEvent(endpoint, endpoint, "", "", "", "", pack(None), answer, where, repeated=True)


def occurrence(event: Event) -> tuple[Any, ...] | None:
    """Return what identifies an event in its recording, so that copies of a resent event are counted once."""
    value = event.value if isinstance(event.value, dict) else {}
    if "frameId" in value and "sequence" in value:
        return _hashable(value["frameId"], value["sequence"])
    return _hashable(value["messageId"], None) if "messageId" in value else None


def remove_fields(names: Collection[str]) -> Callable[[Any], Any]:
    """Return a function that removes members with these names from a value, at every depth."""

    def remove(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: remove(item) for name, item in value.items() if name not in names}
        return [remove(item) for item in value] if isinstance(value, list) else value

    return remove


def _hashable(first: Any, second: Any) -> tuple[Any, ...]:
    scalars = (str, int, float, type(None))
    return (
        (first, second) if isinstance(first, scalars) and isinstance(second, scalars) else (repr(first), repr(second))
    )


def _without_generated(value: Any, kind: str, endpoint: str) -> Any:
    if not isinstance(value, dict):
        return value
    kept = {name: item for name, item in value.items() if name not in _GENERATED}
    if isinstance(kept.get(_ANONYMOUS_ID), str):
        kept[_ANONYMOUS_ID] = GENERATED
    for name, left_out in _generated_in(value, kind, endpoint):
        if isinstance(inner := kept.get(name), dict):
            kept[name] = {member: item for member, item in inner.items() if member not in left_out}
    return kept


def _generated_in(value: dict[str, Any], kind: str, endpoint: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the objects in an event that have generated members, and the names of these members."""
    if endpoint in _GUIDE_ENDPOINTS:
        yield "props", _DURATION
    elif endpoint == _EVENTS_ENDPOINT:
        if kind != "track" and "track_event_name" not in value:
            yield "props", _GENERATED_PROPS
    else:
        yield "metadata", _GENERATED_METADATA


def _without_anonymous_ids(value: Any) -> Any:
    if isinstance(value, str):
        return ANONYMOUS if value.startswith(ANONYMOUS_PREFIX) else value
    if isinstance(value, dict):
        return {name: _without_anonymous_ids(item) for name, item in value.items()}
    return [_without_anonymous_ids(item) for item in value] if isinstance(value, list) else value


def _target(members: dict[str, Any]) -> str:
    """Return the tag and the id of the element that a visitor clicked, focused or changed."""
    properties = members.get("props")
    target = properties.get("target") if isinstance(properties, dict) else None
    if not isinstance(target, dict):
        return ""
    return "#".join(text for text in (target.get("tag"), target.get("id")) if isinstance(text, str) and text)
