"""Stores verdicts as judged on arrival, so that a later change of a contract does not alter them."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from pendo_contracts.finding import REQUEST
from pendo_contracts.judge import judge, kept_verdict
from pendo_contracts.verdict import Verdict, Violation
from pendo_contracts.wire.beacon import WIRE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pendo_contracts.wire.beacon import Beacon

ALL_KEPT: Final = ""
NOT_STORED: Final = Violation(
    WIRE, "broken", "", "judged as broken on arrival; the reasons were not stored",
    "send the request again to see what is wrong with it",
)  # fmt: skip


def encode_verdicts(verdicts: Sequence[Verdict]) -> str:
    """Write the broken ones of some verdicts; for an exchange without any, the store has ALL_KEPT.

    The text is the JSON `[violations, verdicts]`. A verdict is `[position, subject, contract, violations]`, in which
    violations are positions in the first list: the events of a beacon often break the same rule.
    """
    numbers: dict[Violation, int] = {}
    broken = [
        (
            position, verdict.subject, verdict.contract,
            [numbers.setdefault(violation, len(numbers)) for violation in verdict.violations],
        )
        for position, verdict in enumerate(verdicts)
        if verdict.violations
    ]  # fmt: skip
    violations = [(v.contract, v.rule, v.pointer, v.message, v.fix) for v in numbers]
    # Unlike msgspec's encoder, this one writes lone surrogates, which a client may send.
    return json.dumps((violations, broken), separators=(",", ":"))


def decode_verdicts(text: str, beacon: Beacon) -> tuple[Verdict, ...]:
    """Read the verdicts of a stored exchange; `beacon` is its request, decoded again.

    There is a verdict for each of the events that are decoded today: the request is broken for the reasons of an event
    that is no longer decoded.
    """
    verdicts = _all_kept(beacon)
    if text != ALL_KEPT:
        violations, broken = json.loads(text)
        violations = [Violation(*violation) for violation in violations]
        for position, subject, contract, numbers in broken:
            reasons = tuple(violations[number] for number in numbers)
            if position < len(verdicts):
                verdicts[position] = Verdict(subject, contract, position - 1 if position else None, reasons)
            else:
                verdicts[0] = replace(verdicts[0], violations=verdicts[0].violations + reasons)
    return tuple(verdicts)


def judge_again(
    beacon: Beacon,
    kept: Sequence[bool],
    *,
    good: bool,
    judge: Callable[[Beacon], tuple[Verdict, ...]] = judge,
) -> tuple[Verdict, ...]:
    """Judge an exchange that was stored without its verdicts, and keep to the result that was stored.

    `good` is the stored result for the exchange, `kept` that for each event. Where today's result differs, return the
    stored one: kept, or broken for reasons that are NOT_STORED.
    """
    request, *events = judge(beacon)
    flags = chain(kept, repeat(good))
    events = [_with_result(verdict, kept=flag) for verdict, flag in zip(events, flags, strict=False)]
    if good or all(verdict.kept for verdict in events):
        request = _with_result(request, kept=good)
    return (request, *events)


def _all_kept(beacon: Beacon) -> list[Verdict]:
    name = beacon.endpoint.request if beacon.endpoint else WIRE
    events = (kept_verdict(event.type, event.contract or WIRE, event.index) for event in beacon.events)
    return [Verdict(REQUEST, name, None), *events]


def _with_result(verdict: Verdict, *, kept: bool) -> Verdict:
    if verdict.kept == kept:
        return verdict
    return Verdict(verdict.subject, verdict.contract, verdict.index, () if kept else (NOT_STORED,))
