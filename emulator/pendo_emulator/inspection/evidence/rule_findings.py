"""Runs the rules of the catalogue over the requests of a recording, and keeps the first findings of each rule."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pendo_contracts.rules.rule_base import RequestRule, StreamRule
from pendo_contracts.rules.rule_settings import RuleSettings, create_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.fact_reader import Observation

MAX_FINDINGS: Final = 5
MAX_IN_MEMORY: Final = 100_000


class RuleFindings:
    """The findings of all rules by name: the first ones, and their number.

    The same finding about the same event counts once, although the agent sends an event again after a failure.
    """

    def __init__(self) -> None:
        self._rules = create_rules(RuleSettings(max_in_memory=MAX_IN_MEMORY))
        self.found: dict[str, list[Finding]] = {}
        self.counts: dict[str, int] = {}

    def add(self, observation: Observation) -> None:
        """Run the rules over one request."""
        facts = observation.facts
        present = {
            "requests": True, "hosts": True, "ids": bool(facts.ids), "metadata": bool(observation.metadata),
            "tracks": bool(observation.tracks), "events": bool(facts.events), "answers": facts.status is not None,
        }  # fmt: skip
        for rule in self._rules:
            if present[rule.reads]:
                if isinstance(rule, RequestRule):
                    self._keep(rule.check(observation))
                elif isinstance(rule, StreamRule):
                    self._keep(rule.observe(facts))

    def finish(self) -> None:
        """Add the findings that are certain only at the end, and delete temporary files."""
        for rule in self._rules:
            if isinstance(rule, StreamRule):
                self._keep(rule.finish())
                rule.close()

    def of(self, *names: str) -> list[Finding]:
        """Return the first findings of some rules."""
        return [finding for name in names for finding in self.found.get(name, ())]

    def count(self, *names: str) -> int:
        """Return the number of findings of some rules."""
        return sum(self.counts.get(name, 0) for name in names)

    def _keep(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            kept = self.found.setdefault(finding.rule, [])
            self.counts[finding.rule] = self.counts.get(finding.rule, 0) + 1
            if len(kept) < MAX_FINDINGS and finding.message not in {other.message for other in kept}:
                kept.append(finding)

    def close(self) -> None:
        """Delete temporary files after an error."""
        for rule in self._rules:
            if isinstance(rule, StreamRule):
                with suppress(OSError):
                    rule.close()
