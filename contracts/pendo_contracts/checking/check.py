"""Check: puts judged batches together, runs the rules that compare requests, and gives the report."""

from __future__ import annotations

from contextlib import closing
from itertools import product
from typing import TYPE_CHECKING, Final, get_args

from msgspec.structs import replace

from pendo_contracts.checking.judge_batch import BatchJudge, JudgedBatch
from pendo_contracts.report.finding_groups import MAX_GROUPS, FindingGroups
from pendo_contracts.report.report import compose
from pendo_contracts.report.tally import Tally
from pendo_contracts.rules.rule_base import Reads, RuleError, StreamRule
from pendo_contracts.rules.rule_settings import ALL_RULES, create_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.report.report import Report, Sent
    from pendo_contracts.rules.request_facts import Facts
    from pendo_contracts.rules.rule_settings import RuleSettings

BATCH: Final = 1000
MAX_HOSTS: Final = 100_000


class Check:
    """One check: add the judged batches in order of arrival, take reports at any time, and close it.

    At most `max_groups` groups of findings are kept.

    The report does not depend on how the requests are split into batches. Adding and reporting raise RuleError if a
    rule raises an exception.
    """

    def __init__(self, settings: RuleSettings = ALL_RULES, *, max_groups: int = MAX_GROUPS) -> None:
        self._rules = [rule for rule in create_rules(settings) if isinstance(rule, StreamRule)]
        by_reads = {name: [rule for rule in self._rules if rule.reads == name] for name in get_args(Reads)}
        self._host_rules, self._id_rules, self._event_rules = by_reads["hosts"], by_reads["ids"], by_reads["events"]
        self._metadata_rules, self._answer_rules = by_reads["metadata"], by_reads["answers"]
        self._rules_by_parts = {
            (events, ids, metadata): self._event_rules * events + self._id_rules * ids + self._metadata_rules * metadata
            for events, ids, metadata in product((False, True), repeat=3)
        }
        self._hosts: set[tuple[str, str, str]] = set()
        self._tally = Tally()
        self._groups = FindingGroups(max_groups)
        self._unreadable: list[str] = []

    def add(self, batch: JudgedBatch) -> None:
        """Add a batch that was judged with the same settings."""
        self._tally.add(batch.tally)
        self._unreadable += batch.unreadable
        groups = self._groups
        for facts, findings in batch.requests:
            if findings:
                groups.add(findings, batch.examples)
            if facts is not None:
                for rule in self._rules_for(facts):
                    try:
                        for finding in rule.observe(facts):
                            groups.add((finding,))
                    except Exception as error:
                        raise RuleError(rule.name, facts.api_key) from error

    def _rules_for(self, facts: Facts) -> list[StreamRule]:
        host = (facts.api_key, facts.source, facts.host)
        if host in self._hosts:
            rules = self._rules_by_parts[bool(facts.events), bool(facts.ids), bool(facts.metadata)]
            return rules if facts.status is None else rules + self._answer_rules
        if len(self._hosts) < MAX_HOSTS:
            self._hosts.add(host)
        return self._host_rules + self._event_rules + self._id_rules + self._metadata_rules + self._answer_rules

    def report(self, sent: Sent | None = None, cnames: Collection[str] = ()) -> Report:
        """Return the report on everything that was added; the parameters are those of `compose`.

        The check can continue after it.
        """
        tally, groups = Tally(), self._groups.copy()
        tally.add(self._tally)
        for rule in self._rules:
            try:
                groups.add(rule.finish())
            except Exception as error:
                raise RuleError(rule.name) from error
        report = compose(tally, groups, sent, cnames)
        return replace(report, unreadable=tuple(self._unreadable))

    @property
    def in_memory(self) -> int:
        """The number of entries in memory: of the rules' tables, findings and hosts."""
        return sum(rule.in_memory for rule in self._rules) + self._groups.kept + len(self._hosts)

    def close(self) -> None:
        """Delete the temporary files of the rules."""
        for rule in self._rules:
            rule.close()


def check_requests(
    requests: Iterable[JudgedRequest],
    sent: Sent | None = None,
    cnames: Collection[str] = (),
    settings: RuleSettings = ALL_RULES,
) -> Report:
    """Return the report on judged requests, such as the exchanges of an emulator."""
    judge = BatchJudge(settings)
    with closing(Check(settings)) as check:
        for request in requests:
            check.add(judge.judge_requests([request]))
        return check.report(sent, cnames)
