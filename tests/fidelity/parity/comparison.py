"""What two agents sent for one sequence, compared field by field, and what the contracts say to the real one's."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from values import HOME

from pendo_contracts.beacon import from_envelope
from pendo_contracts.judge import judge
from pendo_destination.conformance.agent import CUTS, HOSTED, _events, _streams
from pendo_destination.conformance.difference import Difference, differences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from real import Pages

    from pendo_contracts.envelope import Envelope
    from pendo_destination.conformance.agent import Case, Requests

_INDEX: Final = re.compile(r"^/\d+|/\d+(?=/|$)")
_ORIGIN: Final = re.compile(r"(http://)?c\d{4}\.app\.test")
_BY_SIZE: Final = frozenset({"id", "s", "source", "rt"})
_NUMBERED: Final = ("sessionId", "tabId", "frameId", "parentTabId")


def field(difference: Difference) -> str:
    """Name what differs, wherever it does: `/0/ptm.gif/events/2/props/visitor/id` without page and index."""
    return _INDEX.sub("", difference.path)


def compare(case: Case, expected: Pages, got: Pages) -> Iterator[Difference]:
    """List where two agents part, and where the real one's requests, `expected`, break a contract.

    Of a stream with other events only that is told. Requests are compared one by one where a case is about how events
    are cut into them, but for `rt`: of large requests Chromium lets the second try more than once.
    """
    yield from differences(_trace(expected), _trace(got), case=case["id"], path="/0/trace")
    yield from _broken(expected, case["id"])
    views = {"requests": _requests} if case["group"] in CUTS else {"types": _types, "params": _params, "events": _all}
    key = case["config"].get("apiKey", HOSTED["apiKey"])
    for page, pair in enumerate(zip(expected, got, strict=True)):
        first, second = (_at_home(_streams(envelopes, key)) for envelopes in pair)
        for name in {**first, **second}:
            sides = first.get(name, []), second.get(name, [])
            yield from _first_view(views, sides, case["id"], f"/{page}/{name}")


def _first_view(
    views: dict[str, Callable[[Requests], Any]], sides: tuple[Requests, Requests], case: str, path: str
) -> list[Difference]:
    expected, got = sides
    found = (list(differences(view(expected), view(got), case=case, path=f"{path}/{v}")) for v, view in views.items())
    return next(filter(None, found), [])


def _requests(requests: Requests) -> Any:
    return [{**request, "params": _without(request["params"], {"rt"})} for request in requests]


def _types(requests: Requests) -> Any:
    return [event.get("type") for event in _all(requests)]


def _params(requests: Requests) -> Any:
    return [_without(request["params"], _BY_SIZE) for request in requests[:1]]


def _all(requests: Requests) -> Any:
    return [event or {} for request in requests for event in _events(request)]


def _without(params: dict[str, str], names: set[str] | frozenset[str]) -> dict[str, str]:
    return {name: value for name, value in params.items() if name not in names}


def _at_home(value: Any) -> Any:
    host = HOME.removeprefix("https://")
    return json.loads(_ORIGIN.sub(lambda found: HOME if found[1] else host, json.dumps(value)))


def _trace(pages: Pages) -> Any:
    """Follow session, tab and frame, each named by its first appearance, and the members and sizes of events."""
    seen: dict[str, list[Any]] = defaultdict(list)
    return _at_home([[_row(event, seen) for event in _in_order(envelopes)] for envelopes in pages])


def _in_order(envelopes: list[Envelope]) -> list[dict[str, Any]]:
    events = [event.value for envelope in envelopes for event in from_envelope(envelope).events]
    return sorted((event for event in events if "sequence" in event), key=lambda event: event["sequence"])


def _row(event: dict[str, Any], seen: dict[str, list[Any]]) -> dict[str, Any]:
    members = [name for name in event if name != "frustrationTypes"]
    row = {"type": event["type"], "members": members, "utm": event.get("utm")}
    for name in _NUMBERED:
        value = event.get(name, "absent")
        if value not in seen[name]:
            seen[name].append(value)
        row[name] = seen[name].index(value)
    sized = event["type"] != "load"  # of which load_time is a part, with as many digits as it happens to have
    return row | ({"bytes": event.get("bytes")} if sized else {})


def _broken(pages: Pages, case: str) -> Iterator[Difference]:
    verdicts = (verdict for envelopes in pages for envelope in envelopes for verdict in judge(from_envelope(envelope)))
    for violation in (violation for verdict in verdicts for violation in verdict.violations):
        yield Difference(case, f"/0/contracts/{violation.contract}{violation.rule}", "kept", violation.message)
