"""The active faults of an API key, and which of them applies to a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pendo_emulator.faults.fault import NO_FAULT, Fault, from_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pendo_contracts.wire.beacon import Beacon
    from pendo_contracts.wire.region import Place


class ActiveFault(Struct, frozen=True):
    """A fault and the time, in seconds, from which it has been active.

    `matched` counts the requests that the fault selects, `applied` the requests to which it was applied.
    """

    fault: Fault
    since: float
    matched: int = 0
    applied: int = 0

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> ActiveFault:
        """Create an active fault from the JSON that the property `document` gave."""
        fault = from_document(document["fault"])
        return cls(fault, document["since"], document["seen"], document["struck"])

    @property
    def document(self) -> dict[str, Any]:
        """The active fault as JSON."""
        return {"fault": self.fault.document, "since": self.since, "seen": self.matched, "struck": self.applied}

    def record_match(self, now: float) -> ActiveFault:
        """Count a request that the fault selects; also increase `applied` if the fault applies."""
        lasts = self.applied < self.fault.times and now - self.since < self.fault.seconds
        applies = lasts and self.fault.is_drawn(self.matched)
        return replace(self, matched=self.matched + 1, applied=self.applied + applies)


class ActiveFaults(Struct, frozen=True):
    """The active faults of one API key, in the order in which they were added."""

    active: tuple[ActiveFault, ...] = ()

    @classmethod
    def from_documents(cls, documents: Sequence[Mapping[str, Any]]) -> ActiveFaults:
        """Create the faults from the JSON that the property `documents` gave."""
        return cls(tuple(map(ActiveFault.from_document, documents)))

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The active faults as JSON."""
        return [active.document for active in self.active]

    def added(self, faults: Iterable[Fault], now: float) -> ActiveFaults:
        """Return a copy with additional faults, which become active at `now`."""
        return ActiveFaults((*self.active, *(ActiveFault(fault, now) for fault in faults)))

    def apply(self, beacon: Beacon, now: float) -> tuple[Fault, ActiveFaults]:
        """Return the first fault that applies to a request (or NO_FAULT), and a copy with updated counts."""
        return self._apply(lambda fault: fault.matches(beacon), now)

    def apply_to_host(self, effect: str, place: Place, now: float) -> tuple[Fault, ActiveFaults]:
        """Return the first fault with an effect on a host that applies to it (or NO_FAULT), and a copy with counts."""
        return self._apply(lambda fault: effect in fault.effects and fault.matches_host(place), now)

    def _apply(self, matches: Callable[[Fault], bool], now: float) -> tuple[Fault, ActiveFaults]:
        counted = list(self.active)
        for position, active in enumerate(self.active):
            if matches(active.fault):
                counted[position] = active.record_match(now)
                if counted[position].applied > active.applied:
                    return active.fault.applied_to(active.matched), ActiveFaults(tuple(counted))
        return NO_FAULT, ActiveFaults(tuple(counted))
