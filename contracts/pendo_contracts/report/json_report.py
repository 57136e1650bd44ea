"""A report as a JSON document."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pendo_contracts.contract import file_name, rule_line
from pendo_contracts.finding import RULES_CONTRACT
from pendo_contracts.report.outcome import conclude
from pendo_contracts.wire.beacon import WIRE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.report.outcome import Outcome
    from pendo_contracts.report.report import Report, Row


def as_json(report: Report, outcome: Outcome | None = None) -> str:
    """Write a report as indented JSON; `broken` groups the errors by request or event.

    The default `outcome` is the one of a check without options.
    """
    document = {
        "outcome": asdict(outcome or conclude(report)),
        "good": report.good,
        "requests": report.requests,
        "lost": report.lost,
        "rows": [_row(row) for row in report.rows],
        "broken": [_broken(findings) for findings in by_subject(report.errors)],
        "advice": [asdict(finding) for finding in report.advice],
        "unreadable": list(report.unreadable),
        "not_received": dict(report.not_received),
        "not_judged": dict(report.not_judged),
        "uncovered": dict(report.uncovered),
        "notes": list(report.notes),
        "faults": dict(report.faults),
    }
    return json.dumps(document, indent=2)


def by_subject(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """Group consecutive findings about the same request or event."""
    for _, group in groupby(findings, key=lambda finding: (finding.where, finding.index)):
        yield list(group)


def rule_reference(contract: str, rule: str) -> str:
    """Return the location of a rule for the reader of a report: `FILE:LINE POINTER` in a schema, or the rule's name."""
    if contract == WIRE:
        return f"wire: {rule}"
    if contract == RULES_CONTRACT:
        return f"rule: {rule}"
    return f"pendo_contracts/{file_name(contract)}:{rule_line(contract, rule)} {rule}"


def _row(row: Row) -> dict[str, Any]:
    return asdict(row) | {"kept": row.kept, "lost": row.lost}


def _broken(findings: list[Finding]) -> dict[str, Any]:
    first = findings[0]
    return {
        "where": first.where,
        "place": first.place,
        "endpoint": first.endpoint,
        "subject": first.subject,
        "index": first.index,
        "name": first.name,
        "visitor_id": first.visitor_id,
        "page": first.page,
        "violations": [_violation(finding) for finding in findings],
    }


def _violation(finding: Finding) -> dict[str, str]:
    return {
        "contract": finding.contract,
        "rule": finding.rule,
        "pointer": finding.pointer,
        "message": finding.message,
        "fix": finding.fix,
        "reference": rule_reference(finding.contract, finding.rule),
    }
