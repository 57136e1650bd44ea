"""Tally: the counts of a report, which can be added to each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

if TYPE_CHECKING:
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.wire.region import Place

Kind: TypeAlias = tuple[str, str]
"""A place and an event type."""


class Tally(Struct):
    """Counts of requests and events.

    `requests` were received and judged. `broken` requests and events broke a contract. `events_by_place` counts the
    received events by place and then by type, and `broken_events` the broken ones by both; the other counters have a
    reason or a fault as key. `places` are the hosts by name.
    """

    requests: int = 0
    broken: int = 0
    events_by_place: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    broken_events: Counter[Kind] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    not_received: Counter[str] = field(default_factory=Counter)
    not_judged: Counter[str] = field(default_factory=Counter)
    uncovered: Counter[str] = field(default_factory=Counter)
    places: dict[str, Place] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)

    @property
    def received(self) -> dict[Kind, int]:
        """The number of received events by place and type."""
        return {
            (place, kind): number for place, counts in self.events_by_place.items() for kind, number in counts.items()
        }

    def count(self, request: JudgedRequest, *, schemas: bool = True) -> None:
        """Count one more request; without `schemas`, count nothing as broken."""
        place = request.beacon.place
        self.places[place.host] = place
        self.notes.update(request.notes)
        if schemas and not request.good:
            self.broken += sum(not verdict.kept for verdict in request.verdicts)
        if request.not_received:
            self.not_received[request.not_received] += 1
        elif request.not_judged:
            (self.uncovered if request.beacon.endpoint is None else self.not_judged)[request.not_judged] += 1
        else:
            self.requests += 1
            if request.fault:
                self.faults[request.fault] += 1
            if request.accepted:
                self._count_events(request, schemas=schemas)

    def add(self, other: Tally) -> None:
        """Add the counts of another tally."""
        self.requests += other.requests
        self.broken += other.broken
        for place, counts in other.events_by_place.items():
            self.events_by_place[place].update(counts)
        for name in ("broken_events", "faults", "not_received", "not_judged", "uncovered"):
            getattr(self, name).update(getattr(other, name))
        self.places |= other.places
        self.notes |= other.notes

    def _count_events(self, request: JudgedRequest, *, schemas: bool) -> None:
        place, verdicts = request.beacon.place.label, request.verdicts[1:]
        if verdicts:
            counts = self.events_by_place[place]
            for verdict in verdicts:
                counts[verdict.subject] += 1  # Counter.update takes longer for a few events
        if schemas and not request.good:
            self.broken_events.update([(place, verdict.subject) for verdict in verdicts if verdict.violations])
