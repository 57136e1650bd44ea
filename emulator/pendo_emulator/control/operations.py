"""The table of the control API's operations, from which its OpenAPI document is made.

A test compares the table with the routes: a route without a row fails it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.openapi.document import list_of, object_of, openapi_document, reference
from pendo_contracts.common.openapi.operation import Answer, Operation, Parameter
from pendo_contracts.contract import load_contract
from pendo_contracts.wire.region import REGIONS
from pendo_emulator.addresses import CONTROL_PREFIX, OPENAPI_PAGE, OPENAPI_PATH
from pendo_emulator.control.common_operation import API_KEY, BEARER, KEY_PATH, PROBLEM, UNAVAILABLE, operation_of
from pendo_emulator.control.engage.operations import engage_operations, engage_schemas
from pendo_emulator.control.faults.profile_views import fault_profile_operations, fault_profile_schemas
from pendo_emulator.control.filter_check import PLACES, known_endpoints, known_types
from pendo_emulator.control.inspections import inspection_operations, inspection_schemas
from pendo_emulator.control.parameters import MAX_INTEGER, WAIT_LIMIT
from pendo_emulator.control.profiles.operations import profile_operations, profile_schemas
from pendo_emulator.control.source_reports import source_report_operations
from pendo_emulator.control.timeline.activity import activity_operations, activity_schemas
from pendo_emulator.control.timeline.operations import timeline_operations, timeline_schemas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KEYS: Final = f"{CONTROL_PREFIX}/keys"

_STRING: Final = {"type": "string"}
_NULLABLE: Final = {"type": ["string", "null"]}
_COUNT: Final = {"type": "integer", "minimum": 0}
_BOOLEAN: Final = {"type": "boolean"}
_ANY: Final[Mapping[str, Any]] = {}
_OBJECT: Final = {"type": "object"}

_SEVERITY: Final = Parameter("severity", {"enum": ["error", "warning", "note"]}, "Select findings of this severity.")
_RULE: Final = Parameter(
    "rule",
    {"type": "string", "pattern": "^[a-z-]+#(/[a-zA-Z0-9]+)*$"},
    "Select findings of a rule, or of `<contract>#<JSON Pointer>`; the names are in `GET /_emulator/rules`.",
)
_LIMIT: Final = Parameter(
    "limit", {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER, "default": 100}, "Exchanges of a page."
)
_EXPECTED: Final = Parameter(
    "count", {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER, "default": 1}, "Matches to wait for."
)

_BROKEN_BODY: Final = Answer("The body breaks its contract: `violations`.", reference("Problem"), PROBLEM)
_NOT_MATCHED: Final = Answer("The exchanges are not as expected: `arrived`.", reference("Problem"), PROBLEM)
_DELETED: Final = Answer("The number of deleted entries.", object_of({"deleted": _COUNT}))


@cache
def control_api_document() -> dict[str, Any]:
    """Return the OpenAPI document of the control API."""
    return openapi_document(
        "Control API of pendo-emulator",
        "Read what an emulator recorded, wait for it, and set faults and Pendo settings of an API key.",
        control_operations(),
        _schemas(),
        {BEARER: {"type": "http", "scheme": "bearer", "description": "Required if other machines can connect."}},
    )


def control_operations() -> tuple[Operation, ...]:
    """Return all operations of the control API, and of the health checks."""
    return (
        *_about_the_server(), *_about_exchanges(), *timeline_operations(), *activity_operations(),
        *source_report_operations(), *inspection_operations(),
        *profile_operations(), *engage_operations(), *_about_findings(), *_about_settings(),
        *fault_profile_operations(),
        *_about_the_plan(),
    )  # fmt: skip


def _about_the_server() -> Iterator[Operation]:
    alive = Answer("The emulator runs.", object_of({"status": {"enum": ["ok", "degraded"]}, "store": _STRING}))
    ready = {200: Answer("Requests can be recorded.", object_of({"status": {"const": "ready"}})), 503: UNAVAILABLE}
    metrics = Answer("Metrics in Prometheus' text format.", _STRING, "text/plain")
    index = Answer("The purpose of each request.", {"type": "object", "additionalProperties": _STRING})
    document = Answer("This document.", object_of({"openapi": _STRING, "paths": _OBJECT}))
    page = Answer("A page of HTML.", _STRING, "text/html")
    for path, answers, summary in (
        (f"{CONTROL_PREFIX}/", {200: index}, "List the requests of the control API."),
        (OPENAPI_PATH, {200: document}, "Return this document."),
        (OPENAPI_PAGE, {200: page}, "Show this document as a page."),
        (f"{CONTROL_PREFIX}/health", {200: alive}, "Report that the emulator runs."),
        (f"{CONTROL_PREFIX}/ready", ready, "Write to the store and read it back."),
        ("/metrics", {200: metrics, 503: UNAVAILABLE}, "Return metrics for Prometheus."),
    ):
        yield operation_of("GET", path, "server", summary, answers)
    for path, answers, summary in (
        ("/healthz", {200: alive}, "Report that the emulator runs; no token is needed."),
        ("/readyz", ready, "Write to the store and read it back; no token is needed."),
    ):
        yield Operation("GET", path, "server", summary, answers)


def _about_exchanges() -> Iterator[Operation]:
    page = Answer("A page of exchanges, oldest first.", reference("Page"))
    counts = Answer("Counts by region, endpoint and type.", list_of(reference("Count")))
    keys = Answer("Exchanges by API key.", {"type": "object", "additionalProperties": _COUNT})
    matches = Answer("The number of matches.", object_of({"count": _COUNT}))
    timeout, silence = _seconds("timeout", 5), _seconds("for", 1)
    for method, path, summary, answers, parameters in (
        ("GET", _KEYS, "Count exchanges by API key.", {200: keys}, ()),
        ("GET", f"{CONTROL_PREFIX}/exchanges", "List the exchanges of all keys.", {200: page}, (*_filters(), _LIMIT)),
        ("GET", f"{KEY_PATH}/exchanges", "List the exchanges of one key.", {200: page}, (API_KEY, *_filters(), _LIMIT)),
        ("GET", f"{KEY_PATH}/counts", "Count the events of one key.", {200: counts}, (API_KEY,)),
        ("GET", f"{KEY_PATH}/wait", "Wait until enough exchanges or events match.",
         {200: matches, 409: _NOT_MATCHED}, (API_KEY, *_filters(), _EXPECTED, timeout)),
        ("GET", f"{KEY_PATH}/silence", "Check that no new exchange matches.",
         {200: matches, 409: _NOT_MATCHED}, (API_KEY, *_filters(), silence)),
        ("DELETE", KEY_PATH, "Delete the exchanges of one key.", {200: _DELETED}, (API_KEY,)),
    ):  # fmt: skip
        yield operation_of(method, path, "exchanges", summary, answers, parameters)


def _about_findings() -> Iterator[Operation]:
    findings = Answer("Equal findings as one entry.", reference("Findings"))
    rules = Answer("All rules.", list_of(reference("Rule")))
    for path, summary, key in (
        (f"{CONTROL_PREFIX}/findings", "List the findings about all keys.", ()),
        (f"{KEY_PATH}/findings", "List the findings about one key.", (API_KEY,)),
    ):
        yield operation_of("GET", path, "findings", summary, {200: findings}, (*key, _SEVERITY, _RULE))
    yield operation_of("GET", f"{CONTROL_PREFIX}/rules", "findings", "List all rules.", {200: rules})


def _about_settings() -> Iterator[Operation]:
    faults, subscription = f"{KEY_PATH}/faults", f"{KEY_PATH}/subscription"
    active = Answer("The faults of the key.", list_of(reference("ActiveFault")))
    settings = Answer("The Pendo settings of the key.", reference("CurrentSubscription"))
    for method, path, summary, answer, body in (
        ("GET", faults, "List the faults of one key.", active, None),
        ("POST", faults, "Add faults after the key's present ones.", active, reference("faults")),
        ("PUT", faults, "Replace the faults of one key.", active, reference("faults")),
        ("DELETE", faults, "Delete the faults of one key.", _DELETED, None),
        ("GET", subscription, "Return the Pendo settings of one key.", settings, None),
        ("PUT", subscription, "Replace the Pendo settings of one key.", settings, reference("subscription")),
    ):
        answers = {200: answer} | ({400: _BROKEN_BODY} if body else {})
        yield operation_of(method, path, "settings", summary, answers, (API_KEY,), body)


def _about_the_plan() -> Iterator[Operation]:
    path = f"{CONTROL_PREFIX}/plan"
    plan = Answer("The tracking plan in the project's own form.", _OBJECT)
    none = Answer("The emulator has no tracking plan.", reference("Problem"), PROBLEM)
    wrong = Answer("The plan cannot be used: `problems`.", reference("Problem"), PROBLEM)
    for method, summary, answers, body in (
        ("GET", "Return the tracking plan.", {200: plan, 404: none}, None),
        ("PUT", "Replace the tracking plan by a native plan or a Segment plan.", {200: plan, 400: wrong}, _OBJECT),
        ("DELETE", "Delete the tracking plan.", {200: _DELETED}, None),
    ):
        yield operation_of(method, path, "plan", summary, answers, body=body)


def _filters() -> tuple[Parameter, ...]:
    return (
        Parameter("region", {"enum": list(PLACES)}, "Select a region, or the kind of a host without a region."),
        Parameter("endpoint", {"enum": list(known_endpoints())}, "Select an endpoint."),
        Parameter("good", _BOOLEAN, "Select exchanges that kept, or broke, their contracts."),
        Parameter("type", {"enum": list(known_types())}, "Select exchanges with an event of this type."),
        Parameter("name", _STRING, "Select exchanges with an event of this name."),
        Parameter("visitor_id", _STRING, "Select exchanges with an event of this visitor."),
        Parameter("account_id", _STRING, "Select exchanges with an event of this account."),
        Parameter("after", {**_COUNT, "maximum": MAX_INTEGER, "default": 0}, "Select exchanges with a higher number."),
        Parameter("unknown", {"const": "allow"}, "Accept regions, endpoints and types that the contracts lack."),
    )


def _seconds(name: str, default: float) -> Parameter:
    schema = {"type": "number", "minimum": 0, "maximum": WAIT_LIMIT, "default": default}
    return Parameter(name, schema, "Seconds.")


def _schemas() -> dict[str, Any]:
    violation = object_of(dict.fromkeys(("contract", "rule", "pointer", "message", "fix"), _STRING))
    verdict = object_of({
        "subject": _STRING, "contract": _STRING, "index": {"type": ["integer", "null"]}, "kept": _BOOLEAN,
        "violations": list_of(reference("Violation")), "warnings": list_of(reference("Violation")),
    })  # fmt: skip
    names = ("not_judged", "fault", "api_key", "region", "host", "endpoint", "method", "url")
    exchange = object_of(
        {
            "id": _COUNT, "good": _BOOLEAN, "status": _COUNT, "notes": list_of(_STRING),
            **dict.fromkeys(names, _STRING),
            "headers": {"type": "object", "additionalProperties": _STRING},
            "received_at": {"type": "integer"}, "payload": _ANY, "verdicts": list_of(reference("Verdict")),
        },
        {"body": _STRING, "body_base64": _STRING},
    )  # fmt: skip
    texts = ("rule", "what", "fix", "fingerprint")
    return {
        "Problem": object_of({"title": _STRING, "status": {"type": "integer"}}),
        "Violation": violation,
        "Verdict": verdict,
        "Exchange": exchange,
        "Page": object_of({"exchanges": list_of(reference("Exchange")), "next": {"type": ["integer", "null"]}}),
        "Count": object_of(
            dict.fromkeys(("region", "endpoint", "type"), _STRING)
            | dict.fromkeys(("received", "broken", "kept"), _COUNT)
        ),
        **timeline_schemas(),
        **activity_schemas(),
        **profile_schemas(),
        **engage_schemas(),
        **inspection_schemas(),
        **fault_profile_schemas(),
        "Finding": object_of(
            dict.fromkeys(texts, _STRING) | {"severity": _SEVERITY.schema, "where": list_of(_OBJECT), "count": _COUNT}
        ),
        "Findings": object_of({
            "requests": _COUNT, "findings": list_of(reference("Finding")),
            "further_findings": {"type": "object", "additionalProperties": _COUNT},
        }),
        "Rule": object_of(dict.fromkeys(("name", "severity", "section", "summary"), _STRING)),
        "ActiveFault": object_of({"fault": reference("fault"), "seen": _COUNT, "struck": _COUNT}),
        "CurrentSubscription": object_of({
            "region": {"enum": [*REGIONS, None]}, "data_host": _NULLABLE, "content_host": _NULLABLE,
            "config": _OBJECT, "segment_track": _BOOLEAN, "track_secrets": _OBJECT,
            "segment_flags": _OBJECT, "engage": _OBJECT,
        }),
        **{name: _component(name) for name in ("fault", "faults", "subscription")},
    }  # fmt: skip


def _component(name: str) -> dict[str, Any]:
    """Return the schema of a contract, with references to components instead of files."""
    schema = {key: value for key, value in load_contract(name).schema.items() if key not in {"$id", "$schema"}}
    return schema | ({"items": reference("fault")} if name == "faults" else {})
