"""Judges a batch of entries; batches are independent, so that several processes or machines can judge them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pendo_contracts.finding import contract_findings
from pendo_contracts.judge import judge_entry
from pendo_contracts.report.tally import Tally
from pendo_contracts.rules.facts import observe
from pendo_contracts.rules.rule import RequestRule
from pendo_contracts.rules.settings import ALL_RULES, create_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.recordings.entry import Entry
    from pendo_contracts.rules.facts import Facts
    from pendo_contracts.rules.settings import RuleSettings


@dataclass(slots=True)
class JudgedBatch:
    """The result of a batch: counts, unreadable entries, and for each request its facts and findings, in order.

    The facts are None if no rule is active.
    """

    tally: Tally = field(default_factory=Tally)
    unreadable: list[str] = field(default_factory=list)
    requests: list[tuple[Facts | None, tuple[Finding, ...]]] = field(default_factory=list)


class BatchJudge:
    """Judges batches with the schemas and with the rules that need only one request."""

    def __init__(self, settings: RuleSettings = ALL_RULES, *, schemas: bool = True) -> None:
        rules = create_rules(settings)
        self._rules = [rule for rule in rules if isinstance(rule, RequestRule)]
        self._observes = bool(rules)
        self._schemas = schemas

    def judge(self, entries: Iterable[Entry]) -> JudgedBatch:
        """Judge the entries of a recording."""
        batch = JudgedBatch()
        for entry in entries:
            if (request := judge_entry(entry)) is None:
                batch.unreadable.append(f"{entry.where}: {entry.problem}")
            else:
                self.add(batch, request)
        return batch

    def judge_requests(self, requests: Iterable[JudgedRequest]) -> JudgedBatch:
        """Judge requests that already have their verdicts."""
        batch = JudgedBatch()
        for request in requests:
            self.add(batch, request)
        return batch

    def add(self, batch: JudgedBatch, request: JudgedRequest) -> None:
        """Add one judged request to a batch."""
        batch.tally.count(request, schemas=self._schemas)
        findings: tuple[Finding, ...] = ()
        if self._schemas:
            findings = tuple(contract_findings(request))
        facts = None
        if self._observes:
            observation = observe(request)
            facts = observation.facts
            for rule in self._rules:
                findings += tuple(rule.check(observation))
        batch.requests.append((facts, findings))
