"""Restores an exchange from its stored form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pendo_contracts.judged_request import JudgedRequest
from pendo_contracts.wire.beacon import from_envelope
from pendo_emulator.exchange import record_as, reject
from pendo_emulator.storage.storable_text import storable
from pendo_emulator.storage.stored_verdicts import decode_verdicts, judge_again

if TYPE_CHECKING:
    from pendo_emulator.exchange import Exchange
    from pendo_emulator.storage.query import StoredExchange


def restore(stored: StoredExchange) -> Exchange:
    """Decode a stored exchange; its verdicts are the verdicts of the time of its arrival."""
    beacon = from_envelope(stored.envelope)
    if storable(beacon.api_key) != stored.api_key:
        beacon = replace(beacon, api_key=stored.api_key)
    not_judged = beacon.not_judged if stored.good else ""
    request = JudgedRequest(stored.envelope, beacon, (), stored.good, not_judged=not_judged)
    if stored.rejection:
        request = reject(request, stored.rejection)
    if stored.verdicts is None:
        verdicts = judge_again(request.beacon, stored.kept, good=stored.good)
    else:
        verdicts = decode_verdicts(stored.verdicts, request.beacon)
    return record_as(replace(request, verdicts=verdicts), stored.id, stored.status, stored.fault, stored.notes)
