"""Counts requests that were given up, for the `ops` member of a later event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.agent.environment.page_and_browser import Clock

REPORT_INTERVAL: Final = 5 * 60 * 1000


class LostRequests:
    """Requests of the beacon `ptm` lost since the last report; reports are at least 5 minutes apart."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._reported_at = clock()
        self._lost = 0

    def count(self, beacon: str) -> None:
        """Count a lost request of the beacon `ptm`; the agent does not count lost requests of other beacons."""
        self._lost += beacon == "ptm"

    def take_report(self) -> Mapping[str, int] | None:
        """Return the number of lost requests; None if there are none or the last report is too recent."""
        time = self._clock()
        if time - self._reported_at < REPORT_INTERVAL:
            return None
        lost, self._lost, self._reported_at = self._lost, 0, time
        return {"ptmGifFailures": lost} if lost else None
