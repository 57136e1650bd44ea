"""A report as a JSON document."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import asdict

from pendo_contracts.common.safe_text import cut
from pendo_contracts.contract import file_name, rule_line
from pendo_contracts.finding import RULES_CONTRACT
from pendo_contracts.plans.plan import PLAN_PREFIX
from pendo_contracts.report.outcome import conclude
from pendo_contracts.verdict import WIRE
from pendo_contracts.wire.agent_version import TESTED_VERSION

if TYPE_CHECKING:
    from pendo_contracts.finding import Finding
    from pendo_contracts.report.finding_groups import FindingGroup
    from pendo_contracts.report.known_findings import KnownFindings, WaivedFindings
    from pendo_contracts.report.outcome import Outcome
    from pendo_contracts.report.report import Report, Row

VERSION: Final = 1
MAX_MESSAGE: Final = 1_000

_POSITION: Final = re.compile(r"(?:(.*?)(?::(\d+)|#(\d+)| ?exchange (\d+)))", re.DOTALL)


def as_json(report: Report, outcome: Outcome | None = None) -> str:
    """Write a report as indented JSON; the contract `report` describes the document.

    The default `outcome` is the one of a check without options.
    """
    document = {
        "version": VERSION,
        "tested_agent": TESTED_VERSION,
        "outcome": asdict(outcome or conclude(report)),
        "good": report.good,
        "requests": report.requests,
        "broken": report.broken,
        "lost": report.lost,
        "rows": [_row(row) for row in report.rows],
        "findings": [describe_group(group) for group in report.findings],
        "further_findings": dict(report.further),
        "unreadable": list(report.unreadable),
        "further_unreadable": report.further_unreadable,
        "not_received": dict(report.not_received),
        "not_judged": dict(report.not_judged),
        "uncovered": dict(report.uncovered),
        "notes": list(report.notes),
        "faults": dict(report.faults),
        **({"known": _known(report.known)} if report.known else {}),
    }
    return json.dumps(document, indent=2)


def as_document(report: Report, outcome: Outcome) -> str:
    """Write a report as the text of a JSON file."""
    return f"{as_json(report, outcome)}\n"


def describe_group(group: FindingGroup) -> dict[str, Any]:
    """Return a group of findings as JSON; `where` has the first places only, and long texts of senders are cut."""
    first = group.first
    return {
        "rule": first.rule_name,
        "severity": group.severity,
        "what": cut(first.message, MAX_MESSAGE),
        "where": [_where(finding) for finding in group.findings],
        "count": group.count,
        "fix": first.fix,
        "fingerprint": group.fingerprint,
        "reference": rule_reference(first.contract, first.rule),
        **({"example": json.loads(group.example)} if group.example else {}),
    }


def _where(finding: Finding) -> dict[str, Any]:
    """Return the place of a finding: file and line or entry, or the exchange of a store, then the event."""
    return {
        **position_of(finding.where),
        "place": cut(finding.place),
        "endpoint": cut(finding.endpoint),
        "api_key": cut(finding.api_key),
        "event": finding.index,
        "type": cut(finding.subject),
        "name": cut(finding.name),
        "visitor_id": cut(finding.visitor_id),
        "page": cut(finding.page),
        "pointer": cut(finding.pointer),
    }


def position_of(where: str) -> dict[str, Any]:
    """Split the place of a request: `FILE:LINE`, `FILE#ENTRY`, `FILE exchange NUMBER` or `exchange NUMBER`."""
    matched = _POSITION.fullmatch(where)
    if matched is None:
        return {"file": where}
    file, line, entry, exchange = matched.groups()
    numbers = {"line": line, "entry": entry, "exchange": exchange}
    known = {name: int(number) for name, number in numbers.items() if number is not None}
    return {"file": file, **known} if file else known


def rule_reference(contract: str, rule: str) -> str:
    """Return the location of a rule for the reader of a report: `FILE:LINE POINTER` in a schema, or the rule's name."""
    if contract == WIRE:
        return f"wire: {rule}"
    if contract == RULES_CONTRACT:
        return f"rule: {rule}"
    if contract.startswith(PLAN_PREFIX):
        return f"{contract}#{rule}"
    return f"pendo_contracts/{file_name(contract)}:{rule_line(contract, rule)} {rule}"


def _known(known: KnownFindings) -> dict[str, Any]:
    """Return the numbers of hidden findings, and each waiver with the findings that it covers."""
    return {
        "baseline": known.baseline or None,
        "hidden": dict(known.hidden),
        "no_longer": known.no_longer,
        "waivers": known.waivers or None,
        "waived": [_waived(waived) for waived in known.waived],
        "problems": list(known.problems),
    }


def _waived(waived: WaivedFindings) -> dict[str, Any]:
    return {
        "place": waived.place,
        "rule": waived.rule,
        "scope": dict(waived.scope),
        "owner": waived.owner,
        "reason": waived.reason,
        "expires": waived.expires,
        "count": waived.count,
        "findings": [describe_group(group) for group in waived.findings],
    }


def _row(row: Row) -> dict[str, Any]:
    return asdict(row) | {"place": cut(row.place), "type": cut(row.type), "kept": row.kept, "lost": row.lost}
