"""Runs the rules of the catalogue over the requests of a recording, and keeps the first findings of each rule."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, get_args

from pendo_contracts.rules.rule_base import Reads, RequestRule, StreamRule
from pendo_contracts.rules.rule_settings import RuleSettings, create_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import Observation
    from pendo_contracts.rules.rule_base import AnyRule

MAX_FINDINGS: Final = 5
MAX_IN_MEMORY: Final = 100_000
MAX_HOSTS: Final = 10_000
MAX_FAULTLESS: Final = 100_000


class RuleFindings:
    """The findings of all rules by name: the first ones, and their number.

    The same finding about the same event counts once, although the agent sends an event again after a failure.
    """

    def __init__(self) -> None:
        self._rules = create_rules(RuleSettings(max_in_memory=MAX_IN_MEMORY))
        self._by_reads = {name: [rule for rule in self._rules if rule.reads == name] for name in get_args(Reads)}
        self._hosts: set[tuple[str, str, str]] = set()
        self._faultless: set[tuple[str, str, str]] = set()
        self.found: dict[str, list[Finding]] = {}
        self.counts: dict[str, int] = {}

    def add(self, observation: Observation) -> None:
        """Run the rules over one request."""
        facts, rules = observation.facts, self._by_reads
        self._run(rules["requests"], observation)
        if (host := (facts.api_key, facts.source, facts.host)) not in self._hosts and len(self._hosts) < MAX_HOSTS:
            self._hosts.add(host)
            self._run(rules["hosts"], observation)
        if facts.ids:
            self._check_ids(observation)
        if observation.metadata:
            self._run(rules["metadata"], observation)
        if observation.tracks:
            self._run(rules["tracks"], observation)
        if facts.events:
            self._run(rules["events"], observation)
        if facts.status is not None:
            self._run(rules["answers"], observation)

    def _check_ids(self, observation: Observation) -> None:
        """Run the rules about ids, unless all ids are known to be without a fault: most ids are sent many times."""
        ids = {(fact.kind, fact.value, fact.pointer) for fact in observation.facts.ids}
        if ids <= self._faultless:
            return
        before = sum(self.counts.values())
        self._run(self._by_reads["ids"], observation)
        if sum(self.counts.values()) == before and len(self._faultless) < MAX_FAULTLESS:
            self._faultless |= ids

    def _run(self, rules: list[AnyRule], observation: Observation) -> None:
        for rule in rules:
            if isinstance(rule, RequestRule):
                self._keep(rule.check(observation))
            else:
                self._keep(rule.observe(observation.facts))

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
