"""Stores the verdicts of the time of arrival, so that a later change of a contract does not change them."""

from __future__ import annotations

import json
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from pendo_contracts.finding import REQUEST
from pendo_contracts.judge import judge, kept_verdict
from pendo_contracts.verdict import WIRE, Verdict, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pendo_contracts.wire.beacon import Beacon

ALL_KEPT: Final = ""
NOT_STORED: Final = Violation(
    WIRE, "broken", "", "judged as broken on arrival; the reasons were not stored",
    "send the request again to see what is wrong with it",
)  # fmt: skip


def encode_verdicts(verdicts: Sequence[Verdict]) -> str:
    """Write the verdicts with violations or warnings as JSON; ALL_KEPT if there is none.

    The JSON is `[violations, verdicts]`. A verdict is `[position, subject, contract, violations, warnings]`, without
    the last member if there are no warnings. Its violations and warnings are positions in the first list, because the
    events of a beacon often break the same rule.
    """
    numbers: dict[Violation, int] = {}

    def numbered(violations: Sequence[Violation]) -> list[int]:
        return [numbers.setdefault(violation, len(numbers)) for violation in violations]

    broken = [
        (
            position, verdict.subject, verdict.contract, numbered(verdict.violations),
            *([numbered(verdict.warnings)] if verdict.warnings else ()),
        )
        for position, verdict in enumerate(verdicts)
        if verdict.violations or verdict.warnings
    ]  # fmt: skip
    if not broken:
        return ALL_KEPT
    violations = [(v.contract, v.rule, v.pointer, v.message, v.fix) for v in numbers]
    # Unlike msgspec's encoder, this one writes lone surrogates, which a client may send.
    return json.dumps((violations, broken), separators=(",", ":"))


def decode_verdicts(text: str, beacon: Beacon) -> tuple[Verdict, ...]:
    """Read the verdicts of a stored exchange; `beacon` is its request, decoded again.

    There is one verdict for each event that can be decoded today. If an event can no longer be decoded, its violations
    become violations of the request.
    """
    verdicts = _all_kept(beacon)
    if text != ALL_KEPT:
        violations, broken = json.loads(text)
        violations = [Violation(*violation) for violation in violations]
        for position, subject, contract, *numbers in broken:
            reasons, warnings = (tuple(violations[number] for number in part) for part in (*numbers, ())[:2])
            if position < len(verdicts):
                verdicts[position] = Verdict(subject, contract, position - 1 if position else None, reasons, warnings)
            else:
                request = verdicts[0]
                verdicts[0] = replace(
                    request, violations=request.violations + reasons, warnings=request.warnings + warnings
                )
    return tuple(verdicts)


def judge_again(
    beacon: Beacon,
    kept: Sequence[bool],
    *,
    good: bool,
    judge: Callable[[Beacon], tuple[Verdict, ...]] = judge,
) -> tuple[Verdict, ...]:
    """Judge an exchange that was stored without its verdicts, but keep the stored result.

    `good` is the stored result of the exchange, `kept` the stored result of each event. If today's result differs, the
    stored result is returned: kept, or broken with the violation NOT_STORED.
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
