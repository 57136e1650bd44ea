"""A report as SARIF 2.1.0, the format of code scanning."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pendo_contracts.common.safe_text import counted, visible
from pendo_contracts.finding import RULES_CONTRACT
from pendo_contracts.report.formats.rule_sections import (
    contract_lines,
    file_and_line,
    message_of,
    remaining,
    rule_page,
    rule_summary,
    subject_of,
)
from pendo_contracts.rules.catalogue import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.finding import Finding, Severity
    from pendo_contracts.report import Outcome, Report
    from pendo_contracts.report.finding_groups import FindingGroup

VERSION: Final = "2.1.0"
TOOL: Final = "pendo-emulator"
FINGERPRINT: Final = "pendoFinding/v1"
CONTRACTS: Final = "PENDO_CONTRACTS"
# Code scanning accepts more, but shows only some of them.
MAX_PLACES: Final = 1_000

_LEVELS: Final[Mapping[Severity, str]] = {"error": "error", "warning": "warning", "note": "note"}


def as_document(report: Report, outcome: Outcome) -> str:
    """Write a report as SARIF: a result for each group of findings, a rule for each broken constraint or rule."""
    firsts = {group.rule: group.first for group in reversed(report.findings)}
    places = {name: place for place, name in enumerate(firsts)}
    run = {
        "tool": {
            "driver": {
                "name": TOOL,
                "semanticVersion": version(TOOL),
                "rules": [_rule(name, first) for name, first in firsts.items()],
            }
        },
        "invocations": [_invocation(report, outcome)],
        "originalUriBaseIds": {CONTRACTS: {"description": {"text": "The folder of the installed Python packages."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(group, places[group.rule], report) for group in report.findings],
        "properties": {
            "requests": report.requests,
            "broken": report.broken,
            "lost": report.lost,
            "outcome": visible(f"{outcome.word} {outcome.text}"),
        },
    }
    return json.dumps({"version": VERSION, "runs": [run]}, indent=1) + "\n"


def _rule(name: str, first: Finding) -> dict[str, Any]:
    about = next((rule.description for rule in RULES if rule.description.name == name), None)
    page = rule_page(first)
    tags = ["pendo", about.section if about and first.contract == RULES_CONTRACT else first.contract]
    return {
        "id": name,
        "name": name,
        "shortDescription": {"text": rule_summary(first)},
        "fullDescription": {"text": rule_summary(first)},
        "help": {"text": page},
        "defaultConfiguration": {"level": _LEVELS[about.severity if about else first.severity]},
        "properties": {"tags": tags},
    }


def _invocation(report: Report, outcome: Outcome) -> dict[str, Any]:
    return {
        "executionSuccessful": outcome.exit_code in {0, 1},
        "exitCode": outcome.exit_code,
        "exitCodeDescription": visible(f"{outcome.word} {outcome.text}"),
        "toolExecutionNotifications": [{"level": "note", "message": {"text": line}} for line in remaining(report)],
    }


def _result(group: FindingGroup, rule_index: int, report: Report) -> dict[str, Any]:
    first = group.first
    contract = _contract_location(first)
    link = " ([contract](0))" if contract else ""
    times = f" {counted(group.count, 'time')}" if group.count > 1 else ""
    text = f"{subject_of(first)}{times}: {f'{first.pointer} '.lstrip()}{message_of(first)}"
    places = [_place(finding, report) for finding in group.findings[:MAX_PLACES]]
    related = [
        *([contract] if contract else []),
        *({"id": number, **place} for number, place in enumerate(places[1:], 1)),
    ]
    return {
        "ruleId": group.rule,
        "ruleIndex": rule_index,
        "level": _LEVELS[group.severity],
        "message": {"text": f"{_unlinked(visible(text, 1_500))}. Fix: {_unlinked(first.fix)}{link}"},
        "locations": [places[0]],
        "relatedLocations": related,
        "occurrenceCount": group.count,
        "partialFingerprints": {FINGERPRINT: group.fingerprint},
        "properties": _properties(group),
    }


def _properties(group: FindingGroup) -> dict[str, Any]:
    first = group.first
    return {
        "place": visible(first.place),
        "endpoint": visible(first.endpoint),
        "pointer": visible(first.pointer),
        **({"example": json.loads(group.example)} if group.example else {}),
    }


def _place(finding: Finding, report: Report) -> dict[str, Any]:
    """Return the place of a finding in its recording or test; without a line for an entry of a HAR file."""
    file, line = file_and_line(finding, report)
    event = "" if finding.index is None else f" event {finding.index}"
    name = visible(f"{finding.where}{event}{finding.pointer}")
    place: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": name}]}
    if file:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
        if line:
            physical["region"] = {"startLine": line}
        place["physicalLocation"] = physical
    return place


def _contract_location(finding: Finding) -> dict[str, Any] | None:
    lines = contract_lines(finding.contract, finding.rule)
    if lines is None:
        return None
    return {
        "id": 0,
        "message": {"text": f"the constraint {finding.rule} of the contract {finding.contract}"},
        "physicalLocation": {
            "artifactLocation": {"uri": f"pendo_contracts/{lines.file}", "uriBaseId": CONTRACTS},
            "region": {"startLine": lines.line, "snippet": {"text": lines.text}},
        },
    }


def _uri(file: str) -> str:
    """Return the path of a file as a relative reference, or as a `file` URI if it is absolute."""
    path = quote(PurePath(file).as_posix().encode("utf-8", "surrogateescape"), safe="/")
    return f"file://{path}" if path.startswith("/") else path


def _unlinked(text: str) -> str:
    """Escape the brackets of a text, which are links in messages of SARIF."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
