"""Report: what was judged, counted by place and event type, and every broken verdict with where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pendo_contracts.region import REGIONS
from pendo_contracts.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.rules import Rule
    from pendo_contracts.verdict import Verdict

Sent = Mapping[str, Mapping[str, int]]

_Kind = tuple[str, str]


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
    """What came of a run or a check.

    `unreadable` lists recorded entries that were no requests, `faults` counts the requests that each fault struck.
    """

    requests: int
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    unreadable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    faults: Mapping[str, int] = field(default_factory=dict)

    @property
    def lost(self) -> int:
        """How many events were sent and not received."""
        return sum(row.lost for row in self.rows)

    @property
    def good(self) -> bool:
        """Whether everything kept its contract and nothing was lost or unreadable."""
        return not (self.findings or self.unreadable or self.lost)


def summarize(judged: Iterable[JudgedRequest], sent: Sent | None = None, rules: Iterable[type[Rule]] = RULES) -> Report:
    """Count beacons by place and event type, and compare with what the sender says it sent (place -> type -> n).

    `rules` see all of them, and their notes are the report's.
    """
    received: Counter[_Kind] = Counter()
    broken: Counter[_Kind] = Counter()
    faults: Counter[str] = Counter()
    findings: list[Finding] = []
    notes: set[str] = set()
    watching = [rule() for rule in rules]
    requests = 0
    for item in judged:
        requests += 1
        place = item.beacon.place.label
        notes.update(_notes(item))
        if item.fault:
            faults[item.fault] += 1
        for rule in watching:
            rule.see(item)
        for verdict in item.verdicts:
            kind = (place, verdict.subject)
            received[kind] += item.accepts(verdict)
            broken[kind] += item.accepts(verdict) and not verdict.kept
            if not verdict.kept:
                findings.append(Finding(item.where, place, item.beacon.endpoint_name, verdict))
    notes.update(note for rule in watching for note in rule.notes())
    rows = _rows(received, broken, sent)
    return Report(requests, rows, tuple(findings), notes=tuple(sorted(notes)), faults=faults)


def _notes(item: JudgedRequest) -> Iterator[str]:
    place = item.beacon.place
    if place.kind in {"cname", "unlisted"}:
        yield place.explain()
    yield from item.notes


def _rows(received: Counter[_Kind], broken: Counter[_Kind], sent: Sent | None) -> tuple[Row, ...]:
    counted = {(place, kind): n for place, kinds in (sent or {}).items() for kind, n in kinds.items()}
    kinds = sorted({kind for kind, n in received.items() if n} | set(counted), key=_order)
    return tuple(
        Row(*kind, received[kind], broken[kind], None if sent is None else counted.get(kind, 0)) for kind in kinds
    )


def _order(kind: _Kind) -> tuple[int, str, str]:
    """Put regions first, in Pendo's order, then other places by name."""
    place, event_type = kind
    rank = list(REGIONS).index(place) if place in REGIONS else len(REGIONS)
    return rank, place, event_type
