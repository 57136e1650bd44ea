"""Decodes an entry of a recording and reads its facts, without judging it by the schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from pendo_contracts.judged_request import JudgedRequest
from pendo_contracts.rules.fact_reader import observe
from pendo_contracts.verdict import WIRE, Verdict
from pendo_contracts.wire.beacon import from_envelope

if TYPE_CHECKING:
    from pendo_contracts.recordings.entry import Entry
    from pendo_contracts.rules.observation import Observation

# Rules ask only whether an event kept its contract; an inspection takes every event that can be decoded.
_KEPT: Final = Verdict("event", WIRE, None)


def observe_entry(entry: Entry) -> Observation | None:
    """Return the facts of an entry; None for an entry that cannot be read."""
    if entry.envelope is None:
        return None
    beacon = from_envelope(entry.envelope)
    if entry.not_judged and not beacon.not_judged:
        beacon = replace(beacon, events=(), decode_errors=(), not_judged=entry.not_judged)
    accepted = not entry.fault or entry.status is None or 200 <= entry.status < 300
    request = JudgedRequest(
        entry.envelope, beacon, (_KEPT,) * (len(beacon.events) + 1), good=True, where=entry.where,
        fault=entry.fault, accepted=accepted, status=entry.status, not_received=entry.not_received,
        not_judged=beacon.not_judged,
    )  # fmt: skip
    return observe(request)
