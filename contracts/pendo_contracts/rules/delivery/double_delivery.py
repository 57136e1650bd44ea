"""Double delivery: a Segment track event that reaches Pendo both through the agent and through the webhook."""

from __future__ import annotations

from collections import Counter, OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.visitor import ANONYMOUS_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pendo_contracts.judged_request import JudgedRequest

WINDOW: Final = 10 * 60 * 1000
RECENT: Final = 10_000
RECENT_ALIKE: Final = 20

# The webhook's account has to be told inside the properties (documented), promoted metadata is (observed).
_NOT_SAID: Final = frozenset({"groupId", "__sg__"})


class Track(NamedTuple):
    """What happened to whom and when, in milliseconds since 1970, and where it came from.

    `visitors` are all ids that the visitor may go by: the webhook tells of a user also who it was before.
    """

    name: str
    visitors: tuple[str, ...]
    happened_at: int
    properties: Any
    where: str

    def equals(self, other: Track) -> bool:
        """Tell whether two ways have brought the same, given that name and visitor are."""
        close = abs(self.happened_at - other.happened_at) <= WINDOW
        return close and _said(self.properties) == _said(other.properties)


class DoubleDelivery:
    """Pairs of equal track events of one API key and visitor, one from each way, at most 10 minutes apart.

    Whoever connects the webhook and turns track events off in device mode sends none (documented). `meta` of the agent
    beside `identify` of the webhook is no pair: Pendo keeps them in metadata groups of their own (documented). What
    breaks its contract pairs with nothing. The latest 20 events of each of the latest 10,000 names and visitors wait
    for their twin.
    """

    def __init__(self) -> None:
        self._waiting: OrderedDict[tuple[str, ...], list[Track]] = OrderedDict()
        self._pairs: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def see(self, item: JudgedRequest) -> None:
        """Take notice of the track events that a beacon brings, unless it was refused."""
        beacon = item.beacon
        if item.refused or beacon.endpoint_name not in _READERS:
            return
        read, twin = _READERS[beacon.endpoint_name]
        for event, verdict in zip(beacon.events, item.verdicts[1:], strict=True):
            if event.type == "track" and verdict.kept and (track := read(event.value, item.where)):
                self._pair(track, beacon.api_key, beacon.endpoint_name, twin)

    def notes(self) -> Iterator[str]:
        """Say for each API key how many events came twice."""
        for api_key, number in self._pairs.items():
            yield (
                f"double delivery: {number:,} track events of API key {api_key} came through the agent and through the "
                f"webhook, first {self._first[api_key]}: turn track events off in one of the two destinations"
            )

    def _pair(self, track: Track, api_key: str, way: str, other_way: str) -> None:
        """Find an equal track event of the other way, which has its twin then; else let this one wait for it."""
        for visitor in track.visitors:
            waiting = self._waiting.get((api_key, track.name, visitor, other_way), [])
            for place, other in enumerate(waiting):
                if track.equals(other):
                    del waiting[place]
                    self._pairs[api_key] += 1
                    self._first.setdefault(api_key, f"{track.name!r} ({other.where} and {track.where})")
                    return
        for visitor in track.visitors:
            self._await(track, (api_key, track.name, visitor, way))

    def _await(self, track: Track, kind: tuple[str, ...]) -> None:
        waiting = self._waiting.setdefault(kind, [])
        waiting.append(track)
        del waiting[:-RECENT_ALIKE]
        self._waiting.move_to_end(kind)
        if len(self._waiting) > RECENT:
            self._waiting.popitem(last=False)


def _from_agent(value: Any, where: str) -> Track:
    return Track(value["track_event_name"], (value["visitor_id"],), value["browser_time"], value.get("props"), where)


def _from_webhook(value: Any, where: str) -> Track | None:
    known = (("", value.get("userId")), (ANONYMOUS_PREFIX, value.get("anonymousId")))
    visitors = tuple(prefix + name for prefix, name in known if name)
    try:
        moment = datetime.fromisoformat(value.get("timestamp", ""))
    except ValueError:
        return None
    happened_at = round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    return Track(value["event"], visitors, happened_at, value.get("properties", {}), where)


def _said(properties: Any) -> Any:
    if not isinstance(properties, dict):
        return properties
    return {name: value for name, value in properties.items() if name not in _NOT_SAID}


_READERS: Final[dict[str, tuple[Callable[[Any, str], Track | None], str]]] = {
    "ptm.gif": (_from_agent, "segmentio"),
    "segmentio": (_from_webhook, "ptm.gif"),
}
