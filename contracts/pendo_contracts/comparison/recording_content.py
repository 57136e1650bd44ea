"""Reads the entries of a recording into events that can be compared, and into facts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.safe_text import counted
from pendo_contracts.comparison.compared_event import (
    ComparedEvent,
    describe_event,
    describe_request,
    occurrence,
    remove_fields,
)
from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.endpoint import ASSETS
from pendo_contracts.wire.visitor_ids import ANONYMOUS_PREFIX

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pendo_contracts.recordings.entry import Entry
    from pendo_contracts.wire.beacon import Beacon

API_KEY: Final = "API key"
# The facts that differ between regions.
REGION_FACTS: Final = ("script host", "data host", "agent version")
MAX_FACT_VALUES: Final = 50

# Requests whose content is not compared: they have none, or it differs in each run.
_WITHOUT_CONTENT: Final = ASSETS | {"rec", "devlog", "log.gif", "errorlog"}
# Requests that the agent repeats, so that their number says nothing: a content is compared once.
_REPEATED: Final = _WITHOUT_CONTENT | {"guide.json", "guide.js", "segmentflag.json", "segmentflag.js", "recordingconf"}
_GOOD: Final = ("2", "3")


@dataclass(slots=True)
class RecordingContent:
    """The events of a recording, its facts, and why some events are not in it.

    `facts` are the values of each fact; `sent_again` counts copies of an event that was sent before.
    """

    ignored: Collection[str] = ()
    events: list[ComparedEvent] = field(default_factory=list)
    facts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    unusable: Counter[str] = field(default_factory=Counter)
    sent_again: int = 0
    _anonymous: set[int] = field(default_factory=set)
    _places: dict[Any, int] = field(default_factory=dict)

    def read(self, entries: Iterable[Entry]) -> RecordingContent:
        """Add the entries of a recording and return this content."""
        for entry in entries:
            self.add(entry)
        return self

    def add(self, entry: Entry) -> None:
        """Add one entry."""
        if entry.envelope is None:
            self.unusable["cannot be read"] += not entry.foreign
            return
        beacon = from_envelope(entry.envelope)
        if beacon.preflight:
            return
        self._add_facts(beacon)
        if entry.not_judged and not beacon.events:
            self.unusable["have a body that the recorder lost"] += 1
        elif beacon.decode_errors and beacon.endpoint is not None:
            self.unusable["cannot be decoded"] += 1
        self._add_events(beacon, entry)

    def notes(self, name: str) -> list[str]:
        """Say which requests of the recording `name` are not compared."""
        empty = [] if self.events or self.unusable else [f"{name}: no request to Pendo"]
        return [
            f"{name}: {counted(count, 'request')} {reason}" for reason, count in self.unusable.items() if count
        ] + empty

    def fact_values(self) -> dict[str, frozenset[str]]:
        """Return the values of each fact."""
        numbers = {"anonymous visitors": len(self._anonymous), "events sent again": self.sent_again}
        values = {name: frozenset(values) for name, values in self.facts.items()}
        return values | {name: frozenset({f"{number:,}"}) for name, number in numbers.items()}

    def _add_facts(self, beacon: Beacon) -> None:
        if beacon.endpoint is None:
            return
        script, data, version = REGION_FACTS
        role = script if beacon.endpoint_name in ASSETS else data
        found = {role: beacon.place.host, API_KEY: beacon.api_key, version: beacon.query.get("v", "")}
        for fact, value in found.items():
            if value and len(self.facts[fact]) < MAX_FACT_VALUES:
                self.facts[fact].add(value)

    def _add_events(self, beacon: Beacon, entry: Entry) -> None:
        endpoint, answer = beacon.endpoint_name, _answer(entry)
        if endpoint in _WITHOUT_CONTENT or beacon.endpoint is None:
            self._add(describe_request(endpoint, answer, entry.where))
            return
        repeated = endpoint in _REPEATED
        remove = remove_fields(self.ignored) if self.ignored else None
        for event in beacon.events:
            self._note_visitor(event.visitor_id)
            found = describe_event(event, endpoint, answer, entry.where, repeated=repeated, ignored=remove)
            place = occurrence(event)
            self._add(found, place and (endpoint, event.type, place))

    def _note_visitor(self, visitor: str | None) -> None:
        if visitor and visitor.startswith(ANONYMOUS_PREFIX):
            self._anonymous.add(hash(visitor))

    def _add(self, event: ComparedEvent, place: Any = None) -> None:
        """Add an event, or only its better answer if it is a copy."""
        known = hash(event.digest if event.repeated else place)
        if not event.repeated and place is None:
            self.events.append(event)
        elif (first := self._places.get(known)) is None:
            self._places[known] = len(self.events)
            self.events.append(event)
        else:
            self.sent_again += not event.repeated
            if _is_better(event.answer, self.events[first].answer):
                self.events[first] = event


def _answer(entry: Entry) -> str:
    if entry.not_received:
        return f"no answer: {entry.not_received}"
    return str(entry.status) if entry.status else ""


def _is_better(new: str, old: str) -> bool:
    return new.startswith(_GOOD) and not old.startswith(_GOOD)
