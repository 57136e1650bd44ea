"""Compares the requests of two agents for one sequence, and checks the real agent's requests against the contracts."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.judge import judge
from pendo_contracts.wire.beacon import from_envelope
from pendo_destination.conformance.agent import BATCHING_GROUPS, HOSTED_CONFIG, decoded_events, group_by_stream
from pendo_destination.javascript.difference import Difference, differences
from tests.fidelity.parity.sequence_values import HOME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pendo_contracts.wire.envelope import Envelope
    from pendo_destination.conformance.agent import Case, Requests
    from tests.fidelity.parity.chromium import Pages

_INDEX: Final = re.compile(r"^/\d+|/\d+(?=/|$)")
_ORIGIN: Final = re.compile(r"(http://)?c\d{4}\.app\.test")
_SIZE_PARAMS: Final = frozenset({"id", "s", "source", "rt"})
_NUMBERED_IDS: Final = ("sessionId", "tabId", "frameId", "parentTabId")


def field_name(difference: Difference) -> str:
    """Return the path of a difference without page and indexes: `/ptm.gif/events/url` for `/0/ptm.gif/events/2/url`."""
    return _INDEX.sub("", difference.path)


def compare_requests(case: Case, expected: Pages, got: Pages) -> Iterator[Difference]:
    """Yield the differences between two agents, and each broken contract of the real agent's requests, `expected`.

    If the event types of a stream differ, its other fields are not compared. Requests are compared one by one only in
    cases about how events are split into requests, and without `rt`: Chromium repeats large requests.
    """
    yield from differences(_trace(expected), _trace(got), case=case["id"], path="/0/trace")
    yield from _broken_contracts(expected, case["id"])
    by_event = {"types": _types, "params": _params, "events": _all_events}
    views = {"requests": _requests} if case["group"] in BATCHING_GROUPS else by_event
    key = case["config"].get("apiKey", HOSTED_CONFIG["apiKey"])
    for page, pair in enumerate(zip(expected, got, strict=True)):
        first, second = (_with_home_url(group_by_stream(envelopes, key)) for envelopes in pair)
        for name in {**first, **second}:
            sides = first.get(name, []), second.get(name, [])
            yield from _first_differing_view(views, sides, case["id"], f"/{page}/{name}")


def _first_differing_view(
    views: dict[str, Callable[[Requests], Any]], sides: tuple[Requests, Requests], case: str, path: str
) -> list[Difference]:
    expected, got = sides
    found = (list(differences(view(expected), view(got), case=case, path=f"{path}/{v}")) for v, view in views.items())
    return next(filter(None, found), [])


def _requests(requests: Requests) -> Any:
    return [{**request, "params": _without(request["params"], {"rt"})} for request in requests]


def _types(requests: Requests) -> Any:
    return [event.get("type") for event in _all_events(requests)]


def _params(requests: Requests) -> Any:
    return [_without(request["params"], _SIZE_PARAMS) for request in requests[:1]]


def _all_events(requests: Requests) -> Any:
    return [event or {} for request in requests for event in decoded_events(request)]


def _without(params: dict[str, str], names: set[str] | frozenset[str]) -> dict[str, str]:
    return {name: value for name, value in params.items() if name not in names}


def _with_home_url(value: Any) -> Any:
    host = HOME.removeprefix("https://")
    return json.loads(_ORIGIN.sub(lambda match: HOME if match[1] else host, json.dumps(value)))


def _trace(pages: Pages) -> Any:
    """Describe each event by its members, its size, and its session, tab and frame, numbered by first appearance."""
    seen: dict[str, list[Any]] = defaultdict(list)
    return _with_home_url([[_row(event, seen) for event in _by_sequence(envelopes)] for envelopes in pages])


def _by_sequence(envelopes: list[Envelope]) -> list[dict[str, Any]]:
    events = [event.value for envelope in envelopes for event in from_envelope(envelope).events]
    return sorted((event for event in events if "sequence" in event), key=lambda event: event["sequence"])


def _row(event: dict[str, Any], seen: dict[str, list[Any]]) -> dict[str, Any]:
    members = [name for name in event if name != "frustrationTypes"]
    row = {"type": event["type"], "members": members, "utm": event.get("utm")}
    for name in _NUMBERED_IDS:
        value = event.get(name, "absent")
        if value not in seen[name]:
            seen[name].append(value)
        row[name] = seen[name].index(value)
    sized = event["type"] != "load"  # the number of digits of its load_time varies
    return row | ({"bytes": event.get("bytes")} if sized else {})


def _broken_contracts(pages: Pages, case: str) -> Iterator[Difference]:
    verdicts = (verdict for envelopes in pages for envelope in envelopes for verdict in judge(from_envelope(envelope)))
    for violation in (violation for verdict in verdicts for violation in verdict.violations):
        yield Difference(case, f"/0/contracts/{violation.contract}{violation.rule}", "kept", violation.message)
