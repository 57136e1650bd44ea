"""Losses: requests given up after too many tries, told of in a later event's `ops`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

INTERVAL: Final = 5 * 60 * 1000


class Losses:
    """How many analytics requests were lost since it was last told; told every 5 minutes at most."""

    def __init__(self, time: int) -> None:
        self._told_at = time
        self._lost = 0

    def count(self, beacon: str) -> None:
        """Count a lost request; those of other beacons than `ptm` nobody counts."""
        self._lost += beacon == "ptm"

    def tell(self, time: int) -> Mapping[str, int] | None:
        """Say what was lost, if it is time to."""
        if time - self._told_at < INTERVAL:
            return None
        lost, self._lost, self._told_at = self._lost, 0, time
        return {"ptmGifFailures": lost} if lost else None
