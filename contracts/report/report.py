"""Report: what was judged, counted by place and event type, and every broken verdict with where it stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts.region import REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contracts.beacon import Beacon
    from contracts.verdict import Verdict

Sent = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A beacon with its verdicts and where it came from (`capture.ndjson:12`, `exchange 7`)."""

    where: str
    beacon: Beacon
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """How many events of one type a place received, kept and broken; `sent` is None where nobody counted."""

    place: str
    type: str
    received: int
    broken: int
    sent: int | None = None

    @property
    def kept(self) -> int:
        """How many kept their contract."""
        return self.received - self.broken

    @property
    def lost(self) -> int:
        """How many were sent and not received."""
        return max(0, (self.sent or 0) - self.received)


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken verdict and where it stands."""

    where: str
    place: str
    endpoint: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a run or a check. `unreadable` lists recorded entries that were no requests."""

    requests: int
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    unreadable: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def lost(self) -> int:
        """How many events were sent and not received."""
        return sum(row.lost for row in self.rows)

    @property
    def good(self) -> bool:
        """Whether everything kept its contract and nothing was lost or unreadable."""
        return not (self.findings or self.unreadable or self.lost)


def summarize(judged: Iterable[Judged], sent: Mapping[str, Mapping[str, int]] | None = None) -> Report:
    """Count beacons by place and event type, and compare with what the sender says it sent (place -> type -> n)."""
    received: Counter[tuple[str, str]] = Counter()
    broken: Counter[tuple[str, str]] = Counter()
    findings: list[Finding] = []
    notes: set[str] = set()
    requests = 0
    for item in judged:
        requests += 1
        place = item.beacon.place
        if place.kind in {"cname", "unlisted"}:
            notes.add(place.explain())
        for verdict in item.verdicts:
            kind = (place.label, verdict.subject)
            received[kind] += verdict.index is not None
            broken[kind] += verdict.index is not None and not verdict.kept
            if not verdict.kept:
                findings.append(Finding(item.where, place.label, item.beacon.subject, verdict))
    counted = {(place, kind): n for place, kinds in (sent or {}).items() for kind, n in kinds.items()}
    kinds = sorted({kind for kind, n in received.items() if n} | set(counted), key=_order)
    rows = [Row(*kind, received[kind], broken[kind], None if sent is None else counted.get(kind, 0)) for kind in kinds]
    return Report(requests, tuple(rows), tuple(findings), notes=tuple(sorted(notes)))


def _order(kind: tuple[str, str]) -> tuple[int, str, str]:
    """Put regions first, in Pendo's order, then other places by name."""
    place, event_type = kind
    rank = list(REGIONS).index(place) if place in REGIONS else len(REGIONS)
    return rank, place, event_type
