"""The requests of a scenario to Pendo's Engage API, and the comparison of their answers with what it expects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.wire.envelope import Envelope
from pendo_contracts.wire.region import REGIONS
from pendo_destination.scenarios.running.comparison import value_differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_contracts.scenarios.scenario import Scenario

ENGAGE: Final = "engage"
API: Final = "/api/v1/"
_KEY_HEADER: Final = "x-pendo-integration-key"
_AGGREGATION: Final = f"{API}aggregation"
_UNKNOWN_KEY: Final = "00000000-0000-4000-8000-000000000000"
_HIDDEN: Final = "(hidden)"


def has_engage_steps(scenario: Scenario) -> bool:
    """Return whether a scenario asks the Engage API."""
    return any(step.kind == ENGAGE for step in scenario.steps)


def engage_request(step: Mapping[str, Any], keys: Mapping[str, str], api_key: str, now: int) -> Envelope:
    """Return the request of a step; `keys` are the integration keys by kind, `now` is the time of the request."""
    method, path, body = step.get("method", "GET"), step.get("path", ""), step.get("body")
    if "pipeline" in step:
        method, path = "POST", _AGGREGATION
        body = {"response": {"mimeType": "application/json"}, "request": {"pipeline": step["pipeline"]}}
    headers = {"content-type": "application/json"}
    kind = step.get("key", "write")
    if kind != "none":
        headers[_KEY_HEADER] = keys.get(kind, _UNKNOWN_KEY)
    url = f"https://{step.get('host', REGIONS['io'].app_host)}{path}".replace("{key}", api_key)
    return Envelope(method, url, headers, b"" if body is None else json.dumps(body).encode(), now)


def without_integration_key(envelope: Envelope) -> Envelope:
    """Return a request as a recording has it: integration keys are secrets."""
    if _KEY_HEADER not in envelope.headers or not urlsplit(envelope.url).path.startswith(API):
        return envelope
    return replace(envelope, headers={**envelope.headers, _KEY_HEADER: _HIDDEN})


def answer_differences(scenario: Scenario, har: Mapping[str, Any]) -> Iterator[str]:
    """Yield the differences between the answers in a HAR and what the steps expect."""
    entries = (entry for entry in har["log"]["entries"] if urlsplit(entry["request"]["url"]).path.startswith(API))
    for number, step in enumerate(scenario.steps, 1):
        if step.kind == ENGAGE:
            entry = next(entries, None)
            place = f"step {number}"
            if entry is None:
                yield f"{place}: no request to the Engage API is recorded"
            else:
                yield from _answer_differences(place, step.value["expect"], entry["response"])


def _answer_differences(place: str, expect: Mapping[str, Any], response: Mapping[str, Any]) -> Iterator[str]:
    status, text = expect.get("status", 200), response["content"].get("text", "")
    if response["status"] != status:
        yield f"{place}: status {response['status']} {shorten(text)}, not {status}"
        return
    if "text" in expect and text != expect["text"]:
        yield f"{place}: {shorten(text)}, not {shorten(expect['text'])}"
    if not expect.keys() & {"json", "rows"}:
        return
    try:
        document = json.loads(text)
    except ValueError:
        yield f"{place}: the answer is not JSON, or too long: {shorten(text)}"
        return
    if "json" in expect:
        yield from value_differences(place, expect["json"], document)
    if "rows" in expect:
        rows = document.get("results") if isinstance(document, dict) else None
        if isinstance(rows, list):
            yield from _row_differences(place, expect["rows"], rows)
        else:
            yield f"{place}: the answer has no rows: {shorten(document)}"


def _row_differences(place: str, expected: list[Any], rows: list[Any]) -> Iterator[str]:
    if len(expected) != len(rows):
        yield f"{place}: {len(rows)} rows {shorten(rows)}, not {len(expected)}"
        return
    for number, (wanted, row) in enumerate(zip(expected, rows, strict=True), 1):
        yield from value_differences(f"{place}, row {number}", wanted, row)
