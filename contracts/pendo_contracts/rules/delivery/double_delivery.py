"""Double delivery: one Segment track event reaches Pendo through the agent and through the webhook."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.finding import rule_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.wire.event import Event

NAME: Final = "double-delivery"
WINDOW: Final = 10 * 60 * 1000
MAX_KEYS: Final = 10_000
MAX_PER_KEY: Final = 20

_OTHER_WAY: Final = {"ptm.gif": "segmentio", "segmentio": "ptm.gif"}
_PROPERTIES: Final = {"ptm.gif": "props", "segmentio": "properties"}
# The webhook takes the account from a property (documented); the agent adds promoted metadata (observed).
_NOT_COMPARED: Final = frozenset({"groupId", "__sg__"})


class _Track(NamedTuple):
    """A track event: its name, all ids of its visitor, its time in milliseconds since 1970, and its place."""

    name: str
    visitors: tuple[str, ...]
    happened_at: float
    properties: Any
    where: str

    def equals(self, other: _Track) -> bool:
        """Return whether two events with the same name and visitor are the same."""
        close = abs(self.happened_at - other.happened_at) <= WINDOW
        return close and _comparable(self.properties) == _comparable(other.properties)


class DoubleDelivery:
    """Finds equal track events of one API key and visitor that arrived in both ways, at most 10 minutes apart.

    Segment documents that a customer who connects the webhook turns off track events in device mode. The agent's `meta`
    and the webhook's `identify` are not a pair: Pendo keeps them in different metadata groups (documented). A broken
    event has no pair. The rule remembers the last `max_per_key` events of each of the last `max_keys` combinations of
    name and visitor.
    """

    def __init__(self, max_keys: int = MAX_KEYS, max_per_key: int = MAX_PER_KEY) -> None:
        self._max_keys, self._max_per_key = max_keys, max_per_key
        self._unpaired: OrderedDict[tuple[str, ...], list[_Track]] = OrderedDict()

    def observe(self, request: JudgedRequest) -> Iterator[Finding]:
        """Compare the track events of an accepted request with the track events that came the other way."""
        beacon = request.beacon
        way = beacon.endpoint_name
        if not request.accepted or way not in _OTHER_WAY:
            return
        for event, verdict in zip(beacon.events, request.verdicts[1:], strict=True):
            track = _read_track(event, way, request.where) if event.type == "track" and verdict.kept else None
            if track and (other := self._take_equal(track, beacon.api_key, _OTHER_WAY[way])):
                yield _finding(request, event, track, other)
            elif track:
                self._remember(track, beacon.api_key, way)

    def finish(self) -> Iterator[Finding]:
        """Yield nothing: each pair is found when its second event arrives."""
        yield from ()

    def _take_equal(self, track: _Track, api_key: str, way: str) -> _Track | None:
        for visitor in track.visitors:
            unpaired = self._unpaired.get((api_key, track.name, visitor, way), [])
            for position, other in enumerate(unpaired):
                if track.equals(other):
                    return unpaired.pop(position)
        return None

    def _remember(self, track: _Track, api_key: str, way: str) -> None:
        for visitor in track.visitors:
            key = (api_key, track.name, visitor, way)
            unpaired = self._unpaired.setdefault(key, [])
            unpaired.append(track)
            del unpaired[: -self._max_per_key]
            self._unpaired.move_to_end(key)
            if len(self._unpaired) > self._max_keys:
                self._unpaired.popitem(last=False)


def _read_track(event: Event, way: str, where: str) -> _Track | None:
    name, happened_at, visitors = event.name, event.happened_at, event.visitor_ids
    if name is None or happened_at is None or not visitors:
        return None
    return _Track(name, visitors, happened_at, event.value.get(_PROPERTIES[way]) or {}, where)


def _finding(request: JudgedRequest, event: Event, track: _Track, other: _Track) -> Finding:
    message = (
        f"track event {track.name!r} of API key {request.beacon.api_key} came through the agent and through the webhook"
        f" ({other.where} and {track.where})"
    )
    fix = "turn track events off in one of the two destinations"
    return rule_finding(request, "warning", NAME, message, fix, event)


def _comparable(properties: Any) -> Any:
    if not isinstance(properties, dict):
        return properties
    return {name: value for name, value in properties.items() if name not in _NOT_COMPARED}
