"""Check: puts judged batches together, runs the rules that compare requests, and gives the report."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pendo_contracts.checking.batch import BatchJudge, JudgedBatch
from pendo_contracts.report.finding_groups import FindingGroups
from pendo_contracts.report.report import compose
from pendo_contracts.report.tally import Tally
from pendo_contracts.rules.rule import StreamRule
from pendo_contracts.rules.settings import ALL_RULES, create_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.report.report import Report, Sent
    from pendo_contracts.rules.settings import RuleSettings

BATCH: Final = 1000


class Check:
    """One check: add the judged batches in order of arrival, take reports at any time, and close it.

    The report does not depend on how the requests are split into batches.
    """

    def __init__(self, settings: RuleSettings = ALL_RULES) -> None:
        self._rules = [rule for rule in create_rules(settings) if isinstance(rule, StreamRule)]
        self._tally = Tally()
        self._groups = FindingGroups()
        self._unreadable: list[str] = []

    def add(self, batch: JudgedBatch) -> None:
        """Add a batch that was judged with the same settings."""
        self._tally.add(batch.tally)
        self._unreadable += batch.unreadable
        groups, rules = self._groups, self._rules
        for facts, findings in batch.requests:
            if findings:
                groups.add(findings)
            if facts is not None:
                for rule in rules:
                    groups.add(rule.observe(facts))

    def report(self, sent: Sent | None = None, cnames: Collection[str] = ()) -> Report:
        """Return the report on everything that was added; the parameters are those of `compose`.

        The check can continue after it.
        """
        tally, groups = Tally(), self._groups.copy()
        tally.add(self._tally)
        for rule in self._rules:
            groups.add(rule.finish())
        report = compose(tally, groups, sent, cnames)
        return replace(report, unreadable=tuple(self._unreadable))

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
