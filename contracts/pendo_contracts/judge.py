"""Judges requests against the contracts."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from pendo_contracts.common.caching import MAX_ENTRIES, MAX_LENGTH
from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.contract import load_contract, without_unknown_members
from pendo_contracts.finding import REQUEST
from pendo_contracts.judged_request import JudgedRequest
from pendo_contracts.verdict import WIRE, Verdict, Violation
from pendo_contracts.wire.agent_version import TESTED_VERSION, is_newer, read_version
from pendo_contracts.wire.beacon import Beacon, from_envelope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pendo_contracts.contract import Contract
    from pendo_contracts.recordings.entry import Entry
    from pendo_contracts.wire.endpoint import Endpoint
    from pendo_contracts.wire.envelope import Envelope
    from pendo_contracts.wire.event import Event
    from pendo_contracts.wire.payload import TypedReader


MAX_EXPLAINED: Final = 50
# Values in the explained events of one request; the explanation takes microseconds for each value.
MAX_EXPLAINED_VALUES: Final = 10_000
# An explanation of a violation takes up to 0.5 ms, because it suggests the most similar known name.
MAX_EXPLAINED_VIOLATIONS: Final = 250
# Steps to the places with unknown members, in events of one contract, that are removed from the unexplained events.
MAX_UNKNOWN_STEPS: Final = 20

_UNKNOWN_MEMBERS: Final = ("/additionalProperties", "/unevaluatedProperties", "/propertyNames/enum")
_UNKNOWN_TYPE: Final = "type"

_NOT_EXPLAINED: Final = Violation(
    WIRE,
    "broken",
    "",
    f"this event is broken too, but only the first {MAX_EXPLAINED} broken events are explained, and fewer if they have"
    f" more than {MAX_EXPLAINED_VIOLATIONS} violations together",
    "fix the first ones",
)

_TOO_LARGE: Final = Violation(
    WIRE, "broken", "", f"broken, but not explained: there are more than {MAX_EXPLAINED_VALUES:,} values",
    "send fewer values in one request, to get an explanation",
)  # fmt: skip


def judge_request(envelope: Envelope, where: str = "", read_typed: TypedReader | None = None) -> JudgedRequest:
    """Decode and judge one request.

    The emulator, `check` and tests all use this function. `where` is the request's place in a recording. `read_typed`
    is that of from_envelope.
    """
    beacon = from_envelope(envelope, read_typed)
    verdicts = judge(beacon)
    return JudgedRequest(envelope, beacon, verdicts, _all_kept(verdicts), where, not_judged=beacon.not_judged)


def judge_entry(entry: Entry, read_typed: TypedReader | None = None) -> JudgedRequest | None:
    """Judge one entry of a recording; return None for an entry that cannot be read.

    `read_typed` is that of from_envelope.

    Requests that were only partly recorded are not judged, because the error is the recorder's, not the sender's.
    """
    if entry.envelope is None:
        return None
    beacon = from_envelope(entry.envelope, read_typed)
    if entry.not_judged and not beacon.not_judged:
        beacon = replace(beacon, events=(), decode_errors=(), not_judged=entry.not_judged, typed=False)
    verdicts = judge(beacon)
    accepted = not entry.fault or entry.status is None or 200 <= entry.status < 300
    return JudgedRequest(
        entry.envelope, beacon, verdicts, _all_kept(verdicts), entry.where, entry.fault, accepted,
        status=entry.status, not_received=entry.not_received, not_judged=beacon.not_judged,
    )  # fmt: skip


def _all_kept(verdicts: tuple[Verdict, ...]) -> bool:
    for verdict in verdicts:  # noqa: SIM110 - any() takes three times as long, for each request
        if verdict.violations:
            return False
    return True


def judge(beacon: Beacon) -> tuple[Verdict, ...]:
    """Return one verdict on the request and one on each event, in order.

    Explain only the first MAX_EXPLAINED broken events, and only while they have at most MAX_EXPLAINED_VALUES values and
    fewer than MAX_EXPLAINED_VIOLATIONS violations together, so that a huge beacon does not take long.
    """
    verdicts, left, values_left = [_judge_request(beacon)], MAX_EXPLAINED, MAX_EXPLAINED_VALUES
    violations_left = MAX_EXPLAINED_VIOLATIONS
    if beacon.typed and verdicts[0].kept:
        kept = [_cached_verdict(event.type, event.contract or WIRE, event.index) for event in beacon.events]
        return verdicts[0], *kept
    for event in beacon.events:
        name = event.contract
        if name is not None and (beacon.typed or load_contract(name).accepts(event.decoded)):
            verdicts.append(kept_verdict(event.type, name, event.index))
        elif left:
            verdict, explained = _explain_event(event, beacon.endpoint, values_left)
            verdicts.append(verdict)
            violations_left -= explained
            left = left - 1 if violations_left > 0 else 0
            values_left -= min(values_left, count_values(event.value, values_left))
        else:
            verdicts.append(Verdict(event.type, name or WIRE, event.index, (_NOT_EXPLAINED,)))
    if (left < MAX_EXPLAINED or verdicts[0].violations) and is_newer(version := read_version(beacon.query)):
        if not left:
            _judge_unexplained_of_newer_agent(verdicts, beacon)
        return tuple(_allow_unknown(verdict, version) for verdict in verdicts)
    return tuple(verdicts)


def _judge_unexplained_of_newer_agent(verdicts: list[Verdict], beacon: Beacon) -> None:
    """Replace the verdict of each broken event that was not explained and that has only unknown parts.

    These are an unknown event type, and the members that are unknown in the explained events of the same contract. If
    the pointers to these members have more than MAX_UNKNOWN_STEPS steps together, the verdicts stay as they are.
    """
    places = _unknown_places(verdicts[1:])
    for event in beacon.events:
        verdict = verdicts[event.index + 1]
        if verdict.violations != (_NOT_EXPLAINED,):
            continue
        if event.contract is None:
            unknown = _unknown_type(event, beacon.endpoint, suggest=False)
            verdicts[event.index + 1] = Verdict(event.type, WIRE, event.index, (unknown,))
            continue
        value: Any = event.value
        found: list[Violation] = []
        for violation in places.get(event.contract, ()):
            smaller = without_unknown_members(value, violation)
            if smaller is not value:
                value = smaller
                found.append(violation)
        if found and load_contract(event.contract).accepts(value):
            verdicts[event.index + 1] = Verdict(event.type, event.contract, event.index, tuple(found))


def _unknown_places(verdicts: Sequence[Verdict]) -> dict[str, Sequence[Violation]]:
    """Return by contract one violation for each place with unknown members; () for a contract with too many places."""
    places: dict[str, dict[tuple[str, str, str], Violation]] = {}
    for verdict in verdicts:
        for violation in filter(_is_unknown_member, verdict.violations):
            place = (violation.pointer, violation.contract, violation.rule)
            places.setdefault(verdict.contract, {}).setdefault(place, violation)
    return {
        contract: [found[place] for place in sorted(found)] if _count_steps(found.values()) <= MAX_UNKNOWN_STEPS else ()
        for contract, found in places.items()
    }


def _count_steps(violations: Iterable[Violation]) -> int:
    return sum(violation.pointer.count("/") + 1 for violation in violations)


def _allow_unknown(verdict: Verdict, version: str) -> Verdict:
    """Turn violations into warnings if a newer agent only adds members or event types that the contracts lack."""
    unknown = [violation for violation in verdict.violations if _is_unknown(violation)]
    if not unknown:
        return verdict
    note = f" (agent {version} is newer than {TESTED_VERSION}, which the contracts were tested with)"
    warnings = tuple(replace(violation, message=violation.message + note) for violation in unknown)
    errors = tuple(violation for violation in verdict.violations if not _is_unknown(violation))
    return Verdict(verdict.subject, verdict.contract, verdict.index, errors, warnings)


def _is_unknown(violation: Violation) -> bool:
    """Return whether only a member or an event type that the contracts lack breaks a constraint."""
    if violation.contract == WIRE:
        return violation.rule == _UNKNOWN_TYPE
    return _is_unknown_member(violation)


def _is_unknown_member(violation: Violation) -> bool:
    return violation.contract != WIRE and violation.rule.endswith(_UNKNOWN_MEMBERS)


def count_values(value: Any, limit: int) -> int:
    """Count the values of a JSON document, the containers included; stop above `limit`."""
    count, waiting = 1, [value]
    while waiting and count <= limit:
        container = waiting.pop()
        if isinstance(container, dict | list):
            count += len(container)
            if count <= limit:
                waiting += container.values() if isinstance(container, dict) else container
    return count


def _judge_request(beacon: Beacon) -> Verdict:
    if beacon.endpoint is None or beacon.decode_errors or beacon.not_judged:
        return Verdict(REQUEST, WIRE, None, beacon.decode_errors)
    contract = load_contract(beacon.endpoint.request)
    request = {"method": beacon.method, "query": beacon.query, "body": beacon.body}
    if contract.accepts(request):
        return _kept_request(contract.name)
    return Verdict(REQUEST, contract.name, None, _explain(contract, request, MAX_EXPLAINED_VALUES)[0])


def _explain(contract: Contract, value: Any, values_left: int) -> tuple[tuple[Violation, ...], int]:
    """Explain how a value breaks a contract, unless it has too many values; return the number of explanations too."""
    return contract.explain(value) if count_values(value, values_left) <= values_left else ((_TOO_LARGE,), 0)


def _explain_event(event: Event, endpoint: Endpoint | None, values_left: int) -> tuple[Verdict, int]:
    """Return the verdict on a broken event, and the number of explanations that it needed."""
    if event.contract is None:
        return Verdict(event.type, WIRE, event.index, (_unknown_type(event, endpoint),)), 1
    violations, explained = _explain(load_contract(event.contract), event.value, values_left)
    return Verdict(event.type, event.contract, event.index, violations), explained


def kept_verdict(subject: str, name: str, index: int) -> Verdict:
    """Return the verdict of an event that keeps its contract; equal verdicts with short names share one object."""
    return _cached_verdict(subject, name, index) if len(subject) <= MAX_LENGTH else Verdict(subject, name, index)


@cache
def _kept_request(name: str) -> Verdict:
    return Verdict(REQUEST, name, None)


@lru_cache(maxsize=MAX_ENTRIES)
def _cached_verdict(subject: str, name: str, index: int) -> Verdict:
    return Verdict(subject, name, index)


def _unknown_type(event: Event, endpoint: Endpoint | None, *, suggest: bool = True) -> Violation:
    known = sorted(endpoint.contracts) if endpoint else []
    near = nearest(event.type, known) if suggest else None
    fix = f"did you mean {near}?" if near else f"send one of {', '.join(known)}"
    return Violation(WIRE, _UNKNOWN_TYPE, "/type", f"{event.type!r} is not an event type of this endpoint", fix)
