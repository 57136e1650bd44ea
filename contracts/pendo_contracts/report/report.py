"""Report: counts by region and event type, and every finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from pendo_contracts.finding import RULES_CONTRACT
from pendo_contracts.plans.plan import PLAN_PREFIX
from pendo_contracts.wire.region import REGIONS

if TYPE_CHECKING:
    from collections.abc import Collection

    from pendo_contracts.finding import Severity
    from pendo_contracts.report.finding_groups import FindingGroup, FindingGroups
    from pendo_contracts.report.known_findings import KnownFindings
    from pendo_contracts.report.tally import Kind, Tally
    from pendo_contracts.wire.region import Place

Sent: TypeAlias = Mapping[str, Mapping[str, int]]
"""The number of events that a sender sent, by place and event type."""


class Row(Struct, frozen=True):
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


class Report(Struct, frozen=True):
    """The result of a run or a check.

    `paths` has the path of each recording, or of the file of each test, by its name in the report; `lines` has the
    first line of each test.
    `requests` is the number of requests that were received and judged, `broken` the number of requests and events that
    broke a contract. `findings` has groups of equal errors, warnings and notes in order of arrival; `further` counts by
    severity the findings that are in no group, because there are too many groups or too many findings of one rule about
    one request. `unreadable` lists entries of a recording that are not requests, `further_unreadable` counts the
    entries that are too many for the list. `not_received` counts by reason the requests that never arrived,
    `not_judged` the requests that were only partly recorded. `uncovered` counts requests to Pendo that no contract
    covers. `notes` are remarks without a rule. `faults` counts the requests that each injected fault affected. `known`
    describes the findings that a baseline hides and that waivers cover, None without both; `findings` lacks them.
    """

    requests: int
    broken: int
    rows: tuple[Row, ...]
    findings: tuple[FindingGroup, ...]
    further: Mapping[str, int] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    not_received: Mapping[str, int] = field(default_factory=dict)
    not_judged: Mapping[str, int] = field(default_factory=dict)
    uncovered: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    faults: Mapping[str, int] = field(default_factory=dict)
    further_unreadable: int = 0
    paths: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    known: KnownFindings | None = None

    @property
    def errors(self) -> tuple[FindingGroup, ...]:
        """The findings that fail a check."""
        return tuple(group for group in self.findings if group.severity == "error")

    @property
    def advice(self) -> tuple[FindingGroup, ...]:
        """The findings that do not fail a check: warnings and notes."""
        return tuple(group for group in self.findings if group.severity != "error")

    def count(self, severity: Severity) -> int:
        """Return the number of findings of a severity."""
        counted = sum(group.count for group in self.findings if group.severity == severity)
        return counted + self.further.get(severity, 0)

    @property
    def unreadable_count(self) -> int:
        """The number of unreadable entries."""
        return len(self.unreadable) + self.further_unreadable

    @property
    def rule_errors(self) -> int:
        """The number of errors that rules and tracking plans found."""
        return sum(
            group.count
            for group in self.errors
            if group.first.contract == RULES_CONTRACT or group.first.contract.startswith(PLAN_PREFIX)
        )

    @property
    def lost(self) -> int:
        """The number of events that were sent and not received."""
        return sum(row.lost for row in self.rows)

    @property
    def good(self) -> bool:
        """Whether there are no errors, nothing was lost, and no waiver has a problem."""
        return not (self.count("error") or self.lost or (self.known and self.known.problems))

    @property
    def flawless(self) -> bool:
        """Whether there are no errors and no warnings, and everything was received, readable and judged."""
        return self.good and not (self.count("warning") or self.unreadable or self.not_received or self.not_judged)


def compose(tally: Tally, groups: FindingGroups, sent: Sent | None = None, cnames: Collection[str] = ()) -> Report:
    """Return the report on some counts and findings.

    `sent` are the sender's own counts. `cnames` are the customer's own host names for Pendo: the report has no note
    about them or about hosts below them.
    """
    notes = tally.notes | {place.explain() for place in tally.places.values() if _needs_note(place, cnames)}
    return Report(
        tally.requests, tally.broken, _rows(tally.received, tally.broken_events, sent), groups.groups(),
        dict(groups.further), (), tally.not_received, tally.not_judged, tally.uncovered, tuple(sorted(notes)),
        tally.faults,
    )  # fmt: skip


def _needs_note(place: Place, cnames: Collection[str]) -> bool:
    expected = any(place.host == name or place.host.endswith(f".{name}") for name in cnames)
    return place.kind in {"cname", "unlisted"} and not expected


def _rows(received: Mapping[Kind, int], broken: Mapping[Kind, int], sent: Sent | None) -> tuple[Row, ...]:
    counted = {(place, kind): n for place, kinds in (sent or {}).items() for kind, n in kinds.items()}
    kinds = sorted(set(received) | set(counted), key=_order)
    return tuple(
        Row(*kind, received.get(kind, 0), broken.get(kind, 0), None if sent is None else counted.get(kind, 0))
        for kind in kinds
    )


def _order(kind: Kind) -> tuple[int, str, str]:
    """Sort regions first, in Pendo's order, then other places by name."""
    place, event_type = kind
    rank = list(REGIONS).index(place) if place in REGIONS else len(REGIONS)
    return rank, place, event_type
