"""Faults: all that stand, by API key, and which of them strikes a request."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from emulator.fault import NO_FAULT, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from contracts.beacon import Beacon


@dataclass(frozen=True, slots=True)
class Standing:
    """A fault since a moment in seconds, with how many requests it was aimed at and how many of them it struck."""

    fault: Fault
    since: float
    seen: int = 0
    struck: int = 0

    def meet(self, now: float) -> Standing:
        """Meet one more request that the fault is aimed at: `struck` grows if it strikes."""
        lasts = self.struck < self.fault.times and now - self.since < self.fault.seconds
        strikes = lasts and self.fault.chances_on(self.seen)
        return replace(self, seen=self.seen + 1, struck=self.struck + strikes)


class Faults:
    """Faults by API key; nobody's strike another's.

    `_lock` keeps counting and choosing together, so that a fault that strikes twice strikes exactly twice.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._standing: dict[str, list[Standing]] = {}

    def add(self, api_key: str, faults: Iterable[Fault]) -> None:
        """Let faults stand from now on, behind those that stand already."""
        self._stand(api_key, faults, keep=True)

    def replace(self, api_key: str, faults: Iterable[Fault]) -> None:
        """Let faults stand from now on, and no others."""
        self._stand(api_key, faults, keep=False)

    def clear(self, api_key: str) -> int:
        """Put everything right; return how many faults stood."""
        with self._lock:
            return len(self._standing.pop(api_key, []))

    def of(self, api_key: str) -> tuple[Standing, ...]:
        """List one key's faults."""
        with self._lock:
            return tuple(self._standing.get(api_key, ()))

    def strike(self, beacon: Beacon) -> Fault:
        """Choose the fault that strikes a request: the first that does, or NO_FAULT."""
        if beacon.api_key not in self._standing:
            return NO_FAULT
        now = self._clock()
        with self._lock:
            standing = self._standing.get(beacon.api_key, [])
            for place, before in enumerate(standing):
                if before.fault.aims_at(beacon):
                    standing[place] = after = before.meet(now)
                    if after.struck > before.struck:
                        return after.fault
        return NO_FAULT

    def _stand(self, api_key: str, faults: Iterable[Fault], *, keep: bool) -> None:
        new = [Standing(fault, self._clock()) for fault in faults]
        with self._lock:
            self._standing[api_key] = (self._standing.get(api_key, []) if keep else []) + new
