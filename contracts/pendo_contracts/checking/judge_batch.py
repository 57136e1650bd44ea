"""Judges a batch of entries; batches are independent, so that several processes or machines can judge them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final, get_args

from msgspec import Struct, field

from pendo_contracts.checking.examples import add_examples
from pendo_contracts.finding import contract_findings
from pendo_contracts.judge import judge_entry
from pendo_contracts.plans.plan_judge import judge_by_plan
from pendo_contracts.report.tally import Tally
from pendo_contracts.rules.fact_reader import observe
from pendo_contracts.rules.identity.id_rule import IdRule
from pendo_contracts.rules.rule_base import Reads, RequestRule, RuleError
from pendo_contracts.rules.rule_settings import ALL_RULES, create_rules
from pendo_contracts.typed_events.event_reader import TypedReading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.plans.plan import Plan
    from pendo_contracts.recordings.entry import Entry
    from pendo_contracts.rules.observation import Observation
    from pendo_contracts.rules.request_facts import Facts, IdFact
    from pendo_contracts.rules.rule_settings import RuleSettings

MAX_FAULTLESS_IDS: Final = 100_000


class JudgedBatch(Struct):
    """The result of a batch: counts, unreadable entries, and for each request its facts and findings, in order.

    The facts are None if no rule is active. `examples` has the event of the first finding of each identity, as JSON.
    """

    tally: Tally = field(default_factory=Tally)
    unreadable: list[str] = field(default_factory=list)
    requests: list[tuple[Facts | None, list[Finding]]] = field(default_factory=list)
    examples: dict[tuple[str, ...], str] = field(default_factory=dict)


class BatchJudge:
    """Judges batches with the schemas, with the rules that need only one request, and by a plan if there is one."""

    def __init__(self, settings: RuleSettings = ALL_RULES, *, schemas: bool = True, plan: Plan | None = None) -> None:
        rules = create_rules(settings)
        by_reads = {
            name: [rule for rule in rules if isinstance(rule, RequestRule) and rule.reads == name]
            for name in get_args(Reads)
        }
        self._id_rules = [rule for rule in rules if isinstance(rule, IdRule)]
        self._rules_by_parts = {
            (events, tracks, metadata): by_reads["requests"]
            + by_reads["events"] * events
            + by_reads["tracks"] * tracks
            + by_reads["metadata"] * metadata
            for events, tracks, metadata in product((False, True), repeat=3)
        }
        self._observes = bool(rules)
        self._schemas, self._plan = schemas, plan
        self._typed_reading = TypedReading()
        self._faultless_ids: set[tuple[str, str]] = set()

    @property
    def in_memory(self) -> int:
        """The number of ids in memory."""
        return len(self._faultless_ids)

    def judge(self, entries: Iterable[Entry]) -> JudgedBatch:
        """Judge the entries of a recording."""
        batch, read_typed = JudgedBatch(), None
        for entry in entries:
            if read_typed is None and self._schemas:
                read_typed = self._typed_reading.next_reader()
            if (request := judge_entry(entry, read_typed)) is None:
                batch.unreadable.append(f"{entry.where}: {entry.problem}")
            else:
                self.add(batch, request)
        return batch

    def judge_requests(self, requests: Iterable[JudgedRequest]) -> JudgedBatch:
        """Judge requests that already have their verdicts; raise RuleError if a rule raises an exception."""
        batch = JudgedBatch()
        for request in requests:
            self.add(batch, request)
        return batch

    def add(self, batch: JudgedBatch, request: JudgedRequest) -> None:
        """Add one judged request to a batch."""
        batch.tally.count(request, schemas=self._schemas)
        typed = request.beacon.typed and request.good
        findings = list(contract_findings(request)) if self._schemas and not typed else []
        facts = None
        observation = observe(request) if self._observes or self._plan else None
        if self._observes and observation:
            facts = observation.facts
            parts = bool(facts.events), bool(observation.tracks), bool(observation.metadata)
            _run_rules(self._rules_by_parts[parts], observation, findings)
            if facts.ids:
                self._check_ids(facts, findings)
        if self._plan and observation:
            findings += judge_by_plan(self._plan, observation)
        if findings:
            add_examples(batch.examples, request, findings)
        batch.requests.append((facts, findings))

    def _check_ids(self, facts: Facts, findings: list[Finding]) -> None:
        """Run the rules for ids on those that are not known to be without a fault: most ids are sent many times."""
        known, faulty = self._faultless_ids, []
        for fact in facts.ids:
            key = (fact.kind, fact.value)
            if key in known:
                continue
            if self._has_problem(fact, facts):
                faulty.append(fact)
            elif len(known) < MAX_FAULTLESS_IDS:
                known.add(key)
        for rule in self._id_rules if faulty else ():
            findings += rule.check_ids(facts, faulty)

    def _has_problem(self, fact: IdFact, facts: Facts) -> bool:
        for rule in self._id_rules:
            try:
                if rule.problem(fact):
                    return True
            except Exception as error:
                raise RuleError(rule.name, facts.api_key) from error
        return False


def _run_rules(rules: Iterable[RequestRule], observation: Observation, findings: list[Finding]) -> None:
    """Add the rules' findings about a request; raise RuleError if a rule raises an exception."""
    for rule in rules:
        try:
            if found := rule.check(observation):
                findings += found
        except Exception as error:
            raise RuleError(rule.name, observation.facts.api_key) from error
