"""Faults: all that stand for an API key, and which of them strikes a request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pendo_emulator.faults.fault import NO_FAULT, Fault, from_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pendo_contracts.beacon import Beacon


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """A fault since a moment in seconds, with how many requests it was aimed at and how many of them it struck."""

    fault: Fault
    since: float
    seen: int = 0
    struck: int = 0

    @property
    def document(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {"fault": self.fault.document, "since": self.since, "seen": self.seen, "struck": self.struck}

    def meet(self, now: float) -> ActiveFault:
        """Meet one more request that the fault is aimed at: `struck` grows if it strikes."""
        lasts = self.struck < self.fault.times and now - self.since < self.fault.seconds
        strikes = lasts and self.fault.chances_on(self.seen)
        return replace(self, seen=self.seen + 1, struck=self.struck + strikes)


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of one API key, in the order in which they were added."""

    active: tuple[ActiveFault, ...] = ()

    @classmethod
    def from_documents(cls, documents: Sequence[Mapping[str, Any]]) -> Faults:
        """Read what `documents` wrote."""
        return cls(tuple(ActiveFault(**{**d, "fault": from_document(d["fault"])}) for d in documents))

    @property
    def documents(self) -> list[dict[str, Any]]:
        """All of them as JSON."""
        return [active.document for active in self.active]

    def added(self, faults: Iterable[Fault], now: float) -> Faults:
        """Let more faults stand from now on, behind those that stand already."""
        return Faults((*self.active, *(ActiveFault(fault, now) for fault in faults)))

    def strike(self, beacon: Beacon, now: float) -> tuple[Fault, Faults]:
        """Choose the fault that strikes a request, the first that does or NO_FAULT, and count."""
        after = list(self.active)
        for place, before in enumerate(self.active):
            if before.fault.aims_at(beacon):
                after[place] = before.meet(now)
                if after[place].struck > before.struck:
                    return before.fault, Faults(tuple(after))
        return NO_FAULT, Faults(tuple(after))
