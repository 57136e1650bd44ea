"""judge: hold a beacon to its contracts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pendo_contracts.beacon import WIRE, Beacon, Event
from pendo_contracts.caching import MAX_ENTRIES, MAX_LENGTH
from pendo_contracts.contract import contract
from pendo_contracts.suggestion import nearest
from pendo_contracts.verdict import Verdict, Violation

if TYPE_CHECKING:
    from pendo_contracts.endpoint import Endpoint

REQUEST: Final = "request"
MAX_EXPLAINED: Final = 50

_NOT_EXPLAINED: Final = Violation(
    WIRE,
    "broken",
    "",
    f"broken as well; only {MAX_EXPLAINED} broken events of a beacon are explained",
    "mend those first",
)


def judge(beacon: Beacon) -> tuple[Verdict, ...]:
    """Give one verdict on the request and one on each event it carries, in order.

    Of the broken events EXPLAINED are told what broke them: a beacon of ten thousand takes no longer than one of those.
    """
    verdicts, left = [_judge_request(beacon)], MAX_EXPLAINED
    for event in beacon.events:
        verdict = _judge_event(event, beacon.endpoint) if left else _judge_unexplained(event)
        left -= bool(left and verdict.violations)
        verdicts.append(verdict)
    return tuple(verdicts)


def _judge_request(beacon: Beacon) -> Verdict:
    if beacon.endpoint is None or beacon.decode_errors:
        return Verdict(REQUEST, WIRE, None, beacon.decode_errors)
    name = beacon.endpoint.request
    request = {"method": beacon.method, "query": beacon.query, "body": beacon.body}
    return Verdict(REQUEST, name, None, contract(name).violations(request))


def _judge_event(event: Event, endpoint: Endpoint | None) -> Verdict:
    if event.contract is None:
        return Verdict(event.type, WIRE, event.index, (_unknown_type(event, endpoint),))
    violations = contract(event.contract).violations(event.value)
    if violations:
        return Verdict(event.type, event.contract, event.index, violations)
    return _keep(event.type, event.contract, event.index)


def _judge_unexplained(event: Event) -> Verdict:
    if event.contract and contract(event.contract).accepts(event.value):
        return _keep(event.type, event.contract, event.index)
    return Verdict(event.type, event.contract or WIRE, event.index, (_NOT_EXPLAINED,))


def _keep(subject: str, name: str, index: int) -> Verdict:
    return _kept(subject, name, index) if len(subject) <= MAX_LENGTH else Verdict(subject, name, index)


@lru_cache(maxsize=MAX_ENTRIES)
def _kept(subject: str, name: str, index: int) -> Verdict:
    return Verdict(subject, name, index)


def _unknown_type(event: Event, endpoint: Endpoint | None) -> Violation:
    known = sorted(endpoint.contracts) if endpoint else []
    near = nearest(event.type, known)
    fix = f"did you mean {near}?" if near else f"send one of {', '.join(known)}"
    return Violation(WIRE, "type", "/type", f"{event.type!r} is no event type that this endpoint knows", fix)
