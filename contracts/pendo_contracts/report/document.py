"""A report as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pendo_contracts.beacon import WIRE
from pendo_contracts.contract import file_name, rule_line

if TYPE_CHECKING:
    from pendo_contracts.report.report import Finding, Report, Row


def as_json(report: Report) -> str:
    """Write a report as JSON, indented."""
    document = {
        "good": report.good,
        "requests": report.requests,
        "lost": report.lost,
        "rows": [_row(row) for row in report.rows],
        "broken": [_finding(finding) for finding in report.findings],
        "unreadable": list(report.unreadable),
        "notes": list(report.notes),
        "faults": dict(report.faults),
    }
    return json.dumps(document, indent=2)


def rule_reference(contract: str, rule: str) -> str:
    """Name a rule as a person would look it up: file, line, pointer."""
    if contract == WIRE:
        return f"wire: {rule}"
    return f"pendo_contracts/{file_name(contract)}:{rule_line(contract, rule)} {rule}"


def _row(row: Row) -> dict[str, Any]:
    return asdict(row) | {"kept": row.kept, "lost": row.lost}


def _finding(finding: Finding) -> dict[str, Any]:
    verdict = finding.verdict
    return {
        "where": finding.where,
        "place": finding.place,
        "endpoint": finding.endpoint,
        "subject": verdict.subject,
        "index": verdict.index,
        "contract": verdict.contract,
        "violations": [
            asdict(violation) | {"reference": rule_reference(violation.contract, violation.rule)}
            for violation in verdict.violations
        ],
    }
