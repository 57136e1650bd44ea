"""The report on the requests of selected events, as an HTML page."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

from pendo_contracts.checking.check import BATCH, Check
from pendo_contracts.checking.judge_batch import BatchJudge
from pendo_contracts.report.formats.html_page import as_document
from pendo_contracts.report.outcome import conclude
from pendo_contracts.rules.rule_settings import NO_RULES
from pendo_emulator.recorder.stored_exchange_decoder import restore

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pendo_contracts.plans.plan import Plan
    from pendo_contracts.report import Report
    from pendo_emulator.storage.query import StoredExchange


def html_report(report: Report) -> bytes:
    """Return a report as an HTML page."""
    return as_document(report, conclude(report)).encode("utf-8", "replace")


def report_on(requests: Iterable[StoredExchange], cnames: Collection[str], plan: Plan | None) -> Report:
    """Judge requests by the contracts and the plan, but not by the rules over all requests.

    A rule would report the requests between the selected ones as missing.
    """
    judge = BatchJudge(NO_RULES, plan=plan)
    exchanges = map(restore, requests)
    with closing(Check(NO_RULES)) as check:
        while batch := list(islice(exchanges, BATCH)):
            check.add(judge.judge_requests(batch))
        return check.report(None, cnames)
