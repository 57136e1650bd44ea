"""Counts the requests to the Engage API by their answers, with examples of each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_emulator.inspection.reading.outcomes import classify

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from pendo_emulator.inspection.evidence.case_clock import Moment
    from pendo_emulator.inspection.reading.engage_calls import EngageCall
    from pendo_emulator.inspection.reading.outcomes import Outcome
    from pendo_emulator.inspection.reading.recorded_request import RecordedRequest

MAX_EXAMPLES: Final = 20
# A recording can have any number as a status.
MAX_KINDS: Final = 500


class EngageRequest(NamedTuple):
    """One request to the Engage API and its answer."""

    moment: Moment
    call: EngageCall
    status: int | None
    outcome: Outcome


class EngageRequests:
    """Counts requests to the Engage API, and keeps the first ones of each kind of request and answer."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: dict[Hashable, list[EngageRequest]] = {}

    def add(self, call: EngageCall, request: RecordedRequest, moment: Moment) -> None:
        """Add a request."""
        self.count += 1
        found = EngageRequest(moment, call, request.status, classify(request.status, request.reason))
        kind = (found.status, found.outcome, call.host, call.is_aggregation, call.writes, bool(call.missing))
        if kind not in self._kept and len(self._kept) >= MAX_KINDS:
            return
        kept = self._kept.setdefault(kind, [])
        if len(kept) < MAX_EXAMPLES:
            kept.append(found)

    def select(self, wanted: Callable[[EngageRequest], bool]) -> list[EngageRequest]:
        """Return the kept requests that are wanted, in the order of time."""
        found = (request for kept in self._kept.values() for request in kept if wanted(request))
        return sorted(found, key=lambda request: request.moment)

    @property
    def accepted(self) -> list[EngageRequest]:
        """The kept requests that were accepted."""
        return self.select(lambda request: request.outcome == "ok")
