"""The findings of the rules about single events, from the live check of a key."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from flask import current_app, request

from pendo_contracts.report.json_report import describe_group
from pendo_emulator.control.parameters import BadParameterError, recorder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.report.finding_groups import FindingGroup


def read_wants_findings() -> bool:
    """Read the parameter `findings`; raise BadParameterError for another value than true or false."""
    value = request.args.get("findings", "false")
    if value not in {"true", "false"}:
        raise BadParameterError(f"findings must be true or false, not {value[:20]!r}")
    return value == "true"


def rules_by_event(api_key: str | None) -> Mapping[tuple[str, int | None], list[str]]:
    """Return the names of rules by exchange and event; a finding lists only its first places."""
    rules: defaultdict[tuple[str, int | None], list[str]] = defaultdict(list)
    for group in _groups(api_key):
        for finding in group.findings:
            names = rules[finding.where, finding.index]
            if group.rule not in names:
                names.append(group.rule)
    return rules


def findings_about(api_key: str | None, exchange: int, index: int | None) -> list[dict[str, Any]]:
    """Return the findings that name an event, or its request as a whole, without their places."""
    place = f"exchange {exchange}"
    return [
        {name: value for name, value in describe_group(group).items() if name not in {"where", "example"}}
        for group in _groups(api_key)
        if any(finding.where == place and finding.index in {None, index} for finding in group.findings)
    ]


def _groups(api_key: str | None) -> tuple[FindingGroup, ...]:
    return tuple(recorder().live_checks.report(api_key, current_app.extensions["cnames"]).findings)
