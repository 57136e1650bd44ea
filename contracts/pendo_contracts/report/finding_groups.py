"""FindingGroups: equal findings, counted, with the first places of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding, Severity

MAX_GROUPS: Final = 10_000
MAX_PLACES: Final = 20


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings with the same identity: their number, and the first MAX_PLACES of them."""

    count: int
    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The finding that arrived first."""
        return self.findings[0]

    @property
    def rule(self) -> str:
        """The name of the rule that the findings are about."""
        return self.first.rule_name

    @property
    def severity(self) -> Severity:
        """The severity of the findings."""
        return self.first.severity


def select_groups(
    groups: Iterable[FindingGroup], severity: str | None = None, rule: str | None = None
) -> list[FindingGroup]:
    """Return the groups with a severity and a rule; None means any."""
    return [group for group in groups if severity in {None, group.severity} and rule in {None, group.rule}]


class FindingGroups:
    """Collects findings; only MAX_GROUPS groups are kept.

    `further` counts by severity the findings of further groups, and the further findings of a rule about one request.
    `kept` is the number of findings in all groups, at most MAX_PLACES for each.
    """

    def __init__(self) -> None:
        self._places: dict[tuple[str, ...], list[Finding]] = {}
        self._counts: Counter[tuple[str, ...]] = Counter()
        self.further: Counter[str] = Counter()
        self.kept = 0

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings in order of arrival."""
        for finding in findings:
            if finding.further:
                self.further[finding.severity] += finding.further
            identity = finding.identity
            places = self._places.get(identity)
            if places is None:
                if len(self._places) >= MAX_GROUPS:
                    self.further[finding.severity] += 1
                    continue
                places = self._places[identity] = []
            self._counts[identity] += 1
            if len(places) < MAX_PLACES:
                places.append(finding)
                self.kept += 1

    def copy(self) -> FindingGroups:
        """Return a copy that can grow independently."""
        copied = FindingGroups()
        copied._places = {identity: list(places) for identity, places in self._places.items()}
        copied._counts, copied.further, copied.kept = self._counts.copy(), self.further.copy(), self.kept
        return copied

    def groups(self) -> tuple[FindingGroup, ...]:
        """Return the groups in order of their first finding."""
        return tuple(FindingGroup(self._counts[key], tuple(places)) for key, places in self._places.items())
