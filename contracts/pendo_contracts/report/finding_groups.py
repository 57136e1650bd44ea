"""FindingGroups: equal findings, counted, with the first places of each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pendo_contracts.finding import Finding, Severity

MAX_GROUPS: Final = 10_000
MAX_PLACES: Final = 20
# The characters of all examples together.
MAX_EXAMPLES: Final = 2 * 1024 * 1024

_NONE: Final[Mapping[tuple[str, ...], str]] = {}


class FindingGroup(Struct, frozen=True):
    """Findings with the same identity: their number, and the first MAX_PLACES of them.

    `example` is the event or the request of the first finding as shortened JSON, "" if it is not known.
    `original_fingerprint` is the fingerprint before the findings were redacted, "" if they were not.
    """

    count: int
    findings: tuple[Finding, ...]
    example: str = ""
    original_fingerprint: str = ""

    @property
    def first(self) -> Finding:
        """The finding that arrived first."""
        return self.findings[0]

    @property
    def rule(self) -> str:
        """The name of the rule that the findings are about."""
        return self.first.rule_name

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the findings, which redaction does not change."""
        return self.original_fingerprint or self.first.fingerprint

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
    """Collects findings; only `max_groups` groups are kept.

    `further` counts by severity the findings of further groups, and the further findings of a rule about one request.
    `kept` is the number of findings in all groups, at most MAX_PLACES for each.
    """

    def __init__(self, max_groups: int = MAX_GROUPS) -> None:
        self._max_groups = max_groups
        self._places: dict[tuple[str, ...], list[Finding]] = {}
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._examples: dict[tuple[str, ...], str] = {}
        self._example_size = 0
        self.further: Counter[str] = Counter()
        self.kept = 0

    def add(self, findings: Iterable[Finding], examples: Mapping[tuple[str, ...], str] = _NONE) -> None:
        """Add findings in order of arrival; `examples` has the events of first findings, by identity."""
        for finding in findings:
            if finding.further:
                self.further[finding.severity] += finding.further
            identity = finding.identity
            places = self._places.get(identity)
            if places is None:
                if len(self._places) >= self._max_groups:
                    self.further[finding.severity] += 1
                    continue
                places = self._places[identity] = []
                self._keep_example(identity, examples.get(identity, ""))
            self._counts[identity] += 1
            if len(places) < MAX_PLACES:
                places.append(finding)
                self.kept += 1

    def _keep_example(self, identity: tuple[str, ...], example: str) -> None:
        if example and self._example_size + len(example) <= MAX_EXAMPLES:
            self._example_size += len(example)
            self._examples[identity] = example

    def copy(self) -> FindingGroups:
        """Return a copy that can grow independently."""
        copied = FindingGroups(self._max_groups)
        copied._places = {identity: list(places) for identity, places in self._places.items()}
        copied._counts, copied.further, copied.kept = self._counts.copy(), self.further.copy(), self.kept
        copied._examples, copied._example_size = self._examples.copy(), self._example_size
        return copied

    def groups(self) -> tuple[FindingGroup, ...]:
        """Return the groups in order of their first finding."""
        return tuple(
            FindingGroup(self._counts[key], tuple(places), self._examples.get(key, ""))
            for key, places in self._places.items()
        )
