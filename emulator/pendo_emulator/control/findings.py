"""Control API views of the findings about recorded exchanges, evaluated on request."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from flask import Blueprint, current_app

from pendo_contracts.report.finding_groups import select_groups
from pendo_contracts.report.json_report import describe_group
from pendo_contracts.rules.rule_base import RuleError
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control.parameters import (
    BadParameterError,
    bad_parameter,
    key_of,
    read_finding_filters,
    recorder,
)
from pendo_emulator.response import json_response, problem

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse

findings: Final = Blueprint("findings", __name__, url_prefix=CONTROL_PREFIX)
findings.register_error_handler(BadParameterError, bad_parameter)

log = logging.getLogger("pendo-emulator")


@findings.errorhandler(RuleError)
def rule_failed(error: RuleError) -> OutgoingResponse:
    """Return the response to a request whose findings a rule could not evaluate; it names the rule and the key."""
    log.error("the rule %s failed", error.rule, exc_info=error.__cause__)
    return problem(500, str(error))


@findings.get("/findings")
def all_findings() -> OutgoingResponse:
    """List the findings about all keys; the parameters and the answer are the same as for the findings of one key."""
    return _findings(None)


@findings.get("/keys/<api_key>/findings")
def findings_of_key(api_key: str) -> OutgoingResponse:
    """List the findings about one key's exchanges: broken contracts, and results of the rules.

    Filters: `severity` (error, warning, note) and `rule` (a rule's name). Equal findings are one entry with a `count`
    and the first places in `where`. `requests` is the number of judged requests. `further_findings` counts by severity
    the findings that are too many to list; it ignores `rule`.
    """
    return _findings(key_of(api_key))


def _findings(api_key: str | None) -> OutgoingResponse:
    filters = read_finding_filters()
    report = recorder().live_checks.report(api_key, current_app.extensions["cnames"])
    severity = filters["severity"]
    return json_response(
        {
            "requests": report.requests,
            "findings": [describe_group(group) for group in select_groups(report.findings, **filters)],
            "further_findings": {name: count for name, count in report.further.items() if severity in {None, name}},
        }
    )
