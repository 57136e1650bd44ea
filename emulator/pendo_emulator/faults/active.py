"""The active faults of an API key, and which of them applies to a request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pendo_emulator.faults.fault import NO_FAULT, Fault, from_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pendo_contracts.wire.beacon import Beacon


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """A fault that is active since a time in seconds.

    `matched` counts the requests that it could apply to, `applied` those that it did apply to.
    """

    fault: Fault
    since: float
    matched: int = 0
    applied: int = 0

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> ActiveFault:
        """Read a document that `document` wrote."""
        fault = from_document(document["fault"])
        return cls(fault, document["since"], document["seen"], document["struck"])

    @property
    def document(self) -> dict[str, Any]:
        """The active fault as JSON."""
        return {"fault": self.fault.document, "since": self.since, "seen": self.matched, "struck": self.applied}

    def record_match(self, now: float) -> ActiveFault:
        """Count a request that the fault could apply to; `applied` grows if it does apply."""
        lasts = self.applied < self.fault.times and now - self.since < self.fault.seconds
        applies = lasts and self.fault.is_drawn(self.matched)
        return replace(self, matched=self.matched + 1, applied=self.applied + applies)


@dataclass(frozen=True, slots=True)
class Faults:
    """The active faults of one API key, in the order in which they were added."""

    active: tuple[ActiveFault, ...] = ()

    @classmethod
    def from_documents(cls, documents: Sequence[Mapping[str, Any]]) -> Faults:
        """Read documents that `documents` wrote."""
        return cls(tuple(map(ActiveFault.from_document, documents)))

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The active faults as JSON."""
        return [active.document for active in self.active]

    def added(self, faults: Iterable[Fault], now: float) -> Faults:
        """Return a copy in which more faults are active, from now on."""
        return Faults((*self.active, *(ActiveFault(fault, now) for fault in faults)))

    def apply(self, beacon: Beacon, now: float) -> tuple[Fault, Faults]:
        """Return the first fault that applies to a request, or NO_FAULT, and the faults as counted."""
        counted = list(self.active)
        for position, active in enumerate(self.active):
            if active.fault.matches(beacon):
                counted[position] = active.record_match(now)
                if counted[position].applied > active.applied:
                    return active.fault, Faults(tuple(counted))
        return NO_FAULT, Faults(tuple(counted))
