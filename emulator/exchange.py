"""Exchange: one request with its beacon, its verdicts and the status it was answered with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.beacon import Beacon, from_envelope
from contracts.judge import judge

if TYPE_CHECKING:
    from contracts.envelope import Envelope
    from contracts.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one request said and how it was judged; `id` is 0 until it is recorded, `status` is the answer's."""

    envelope: Envelope
    beacon: Beacon
    verdicts: tuple[Verdict, ...]
    status: int = 0
    id: int = 0

    @property
    def good(self) -> bool:
        """Whether every verdict is kept."""
        return all(verdict.kept for verdict in self.verdicts)


def ingest(envelope: Envelope) -> Exchange:
    """Decode and judge one request: the one road for live traffic, recordings and tests."""
    beacon = from_envelope(envelope)
    return Exchange(envelope, beacon, judge(beacon))
