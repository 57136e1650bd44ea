"""Report: counts by region and event type, and every finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from pendo_contracts.finding import Finding
from pendo_contracts.wire.region import REGIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.wire.region import Place

Sent: TypeAlias = Mapping[str, Mapping[str, int]]
"""The number of events that a sender sent, by place and event type."""

_Kind: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """The number of events of one type that one place received, and how many of these broke their contract.

    `sent` is the sender's own count, None if the sender did not count.
    """

    place: str
    type: str
    received: int
    broken: int
    sent: int | None = None

    @property
    def kept(self) -> int:
        """The number of events that kept their contract."""
        return self.received - self.broken

    @property
    def lost(self) -> int:
        """The number of events that were sent and not received."""
        return max(0, (self.sent or 0) - self.received)


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run or a check.

    `requests` is the number of requests that were received and judged. `findings` has errors, warnings and notes in
    order of arrival. `unreadable` lists entries of a recording that are not requests. `not_received` counts by reason
    the requests that never arrived, `not_judged` the requests that were only partly recorded. `uncovered` counts
    requests to Pendo that no contract covers. `notes` are remarks without a rule. `faults` counts the requests that
    each injected fault affected.
    """

    requests: int
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    unreadable: tuple[str, ...] = ()
    not_received: Mapping[str, int] = field(default_factory=dict)
    not_judged: Mapping[str, int] = field(default_factory=dict)
    uncovered: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    faults: Mapping[str, int] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that fail a check."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def advice(self) -> tuple[Finding, ...]:
        """The findings that do not fail a check: warnings and notes."""
        return tuple(finding for finding in self.findings if finding.severity != "error")

    @property
    def lost(self) -> int:
        """The number of events that were sent and not received."""
        return sum(row.lost for row in self.rows)

    @property
    def good(self) -> bool:
        """Whether there are no errors and nothing was lost."""
        return not (self.errors or self.lost)

    @property
    def flawless(self) -> bool:
        """Whether there are no errors and no warnings, and everything was received, readable and judged."""
        warnings = any(finding.severity == "warning" for finding in self.findings)
        return self.good and not (warnings or self.unreadable or self.not_received or self.not_judged)


def summarize(
    judgements: Iterable[JudgedRequest | Finding], sent: Sent | None = None, cnames: Collection[str] = ()
) -> Report:
    """Count the requests of `judge_stream`, collect its findings and compare the counts with the sender's counts.

    `cnames` are the customer's own host names for Pendo: the report has no note about them or about hosts below them.
    """
    received: Counter[_Kind] = Counter()
    broken: Counter[_Kind] = Counter()
    faults: Counter[str] = Counter()
    not_received: Counter[str] = Counter()
    not_judged: Counter[str] = Counter()
    uncovered: Counter[str] = Counter()
    findings: list[Finding] = []
    places: set[Place] = set()
    notes: set[str] = set()
    requests = 0
    for item in judgements:
        if isinstance(item, Finding):
            findings.append(item)
            continue
        places.add(item.beacon.place)
        notes.update(item.notes)
        if item.not_received:
            not_received[item.not_received] += 1
        elif item.not_judged:
            (uncovered if item.beacon.endpoint is None else not_judged)[item.not_judged] += 1
        else:
            requests += 1
            faults.update([item.fault] if item.fault else ())
            if item.accepted:
                _count(item, received, broken)
    notes.update(place.explain() for place in places if _needs_note(place, cnames))
    return Report(
        requests, _rows(received, broken, sent), tuple(findings), (), not_received, not_judged, uncovered,
        tuple(sorted(notes)), faults,
    )  # fmt: skip


def _needs_note(place: Place, cnames: Collection[str]) -> bool:
    expected = any(place.host == name or place.host.endswith(f".{name}") for name in cnames)
    return place.kind in {"cname", "unlisted"} and not expected


def _count(item: JudgedRequest, received: Counter[_Kind], broken: Counter[_Kind]) -> None:
    place = item.beacon.place.label
    for verdict in item.verdicts[1:]:
        received[place, verdict.subject] += 1
        broken[place, verdict.subject] += not verdict.kept


def _rows(received: Counter[_Kind], broken: Counter[_Kind], sent: Sent | None) -> tuple[Row, ...]:
    counted = {(place, kind): n for place, kinds in (sent or {}).items() for kind, n in kinds.items()}
    kinds = sorted(set(received) | set(counted), key=_order)
    return tuple(
        Row(*kind, received[kind], broken[kind], None if sent is None else counted.get(kind, 0)) for kind in kinds
    )


def _order(kind: _Kind) -> tuple[int, str, str]:
    """Sort regions first, in Pendo's order, then other places by name."""
    place, event_type = kind
    rank = list(REGIONS).index(place) if place in REGIONS else len(REGIONS)
    return rank, place, event_type
