"""Control API views of the reports of Segment sources: what a source did with each event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, request

from pendo_contracts.common.openapi.document import list_of, object_of
from pendo_contracts.common.openapi.operation import Answer, Parameter
from pendo_contracts.wire import jzb
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control.common_operation import API_KEY, KEY_PATH, operation_of
from pendo_emulator.control.parameters import (
    MAX_INTEGER,
    BadParameterError,
    bad_parameter,
    check_parameters,
    key_of,
    read_integer,
    recorder,
)
from pendo_emulator.recorder.source_reports import KEPT_REPORTS
from pendo_emulator.response import json_response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.common.openapi.operation import Operation
    from pendo_emulator.response import OutgoingResponse

source_reports: Final = Blueprint("source_reports", __name__, url_prefix=f"{CONTROL_PREFIX}/keys/<api_key>")
source_reports.register_error_handler(BadParameterError, bad_parameter)

MAX_REPORTS: Final = 100
# Characters of a report as JSON.
MAX_REPORT: Final = 64 * 1024

_MEMBERS: Final = {"event": dict, "subscriptions": list, "calls": list, "problem": str, "at": int}
_LATEST: Final = 2**53


@source_reports.post("/source-reports")
def add(api_key: str) -> OutgoingResponse:
    """Add what a source did with events: a list of up to 100 reports of at most 64 KB.

    A report has the Segment `event`, the results of the `subscriptions`, the `calls` of the agent, the `problem` if the
    event was not delivered ("" otherwise), and the time `at` in milliseconds since 1970. The newest 500 reports of a
    key are kept.
    """
    check_parameters(())
    reports = _read_reports()
    recorder().source_reports.add(key_of(api_key), reports)
    return json_response({"added": len(reports)})


@source_reports.get("/source-reports")
def newest(api_key: str) -> OutgoingResponse:
    """List up to `limit` (100) reports of the sources that send to one key, the newest first."""
    check_parameters(("limit",))
    limit = min(read_integer("limit", 100, minimum=1), KEPT_REPORTS)
    return json_response(recorder().source_reports.newest(key_of(api_key), limit))


def _read_reports() -> list[dict[str, Any]]:
    try:
        reports = jzb.parse(request.get_data())
    except jzb.JzbError as error:
        raise BadParameterError(f"the body is not JSON: {error}", ()) from error
    if not isinstance(reports, list) or len(reports) > MAX_REPORTS:
        raise BadParameterError(f"the body must be a list of at most {MAX_REPORTS} reports", ())
    for number, report in enumerate(reports):
        if not isinstance(report, dict) or set(report) != set(_MEMBERS):
            raise BadParameterError(f"report {number} must have the members {', '.join(_MEMBERS)}", ())
        if isinstance(report["at"], float) and report["at"].is_integer():
            report["at"] = int(report["at"])
        wrong = [name for name, kind in _MEMBERS.items() if type(report[name]) is not kind]
        if wrong:
            raise BadParameterError(f"report {number}: {wrong[0]} must be of type {_MEMBERS[wrong[0]].__name__}", ())
        if not 0 <= report["at"] <= _LATEST:
            raise BadParameterError(f"report {number}: at must be a time in milliseconds since 1970", ())
        if len(json.dumps(report)) > MAX_REPORT:
            raise BadParameterError(f"report {number} has more than {MAX_REPORT:,} characters", ())
    return reports


def source_report_operations() -> Iterator[Operation]:
    """Yield the operations of the reports."""
    report = object_of({
        "event": {"type": "object"}, "subscriptions": list_of({}), "calls": list_of({}), "problem": {"type": "string"},
        "at": {"type": "integer", "minimum": 0, "maximum": _LATEST},
    })  # fmt: skip
    body = {**list_of(report | {"additionalProperties": False}), "maxItems": MAX_REPORTS}
    added = Answer("The number of reports.", object_of({"added": {"type": "integer"}}))
    reports = Answer("Reports, the newest first.", list_of({"type": "object"}))
    limit = Parameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "default": 100}, "Reports, at most 500."
    )
    path = f"{KEY_PATH}/source-reports"
    yield operation_of("POST", path, "sources", "Add reports of a Segment source.", {200: added}, (API_KEY,), body)
    yield operation_of("GET", path, "sources", "List reports of Segment sources.", {200: reports}, (API_KEY, limit))
