"""Finds the other attempts to send a request: requests with the same payload shortly before and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.wire.beacon import from_envelope
from pendo_emulator.storage.event_scan import Scan

if TYPE_CHECKING:
    from pendo_emulator.storage.event_scan import IndexRow
    from pendo_emulator.storage.query import StoredExchange
    from pendo_emulator.storage.store import Store

# Exchanges of the same key that are compared, before and after the request.
NEIGHBOURS: Final = 300
MAX_ATTEMPTS: Final = 20
# Bytes of the requests that are decoded for the comparison.
MAX_BYTES: Final = 4 * 1024 * 1024


def find_retries(store: Store, row: IndexRow, stored: StoredExchange) -> list[dict[str, Any]]:
    """Return all attempts to send a payload, oldest first, with their answers; [] if there is only one.

    Compares the requests of the key that are next to the request, at most NEIGHBOURS in each direction.
    """
    if not row.events:
        return []
    reader = store.reader
    before = reader.scan(Scan(row.api_key, before=row.id, newest_first=True, limit=NEIGHBOURS))
    after = reader.scan(Scan(row.api_key, after=row.id, limit=NEIGHBOURS))
    similar = [one for one in (*before, *after) if one.endpoint == row.endpoint and _events(one) == _events(row)]
    similar = sorted(similar, key=lambda one: abs(one.id - row.id))[:MAX_ATTEMPTS]
    wanted: list[int] = []
    room = MAX_BYTES
    for one in similar:
        room -= one.size
        if room > 0:
            wanted.append(one.id)
    payload = from_envelope(stored.envelope).payload
    equal = [one.id for one in reader.read_ids(wanted) if from_envelope(one.envelope).payload == payload]
    attempts = sorted((row, *(one for one in similar if one.id in equal)), key=lambda one: one.id)
    return [_describe(one) for one in attempts] if len(attempts) > 1 else []


def _events(row: IndexRow) -> list[tuple[Any, ...]]:
    return [(event.type, event.name, event.visitor_id, event.account_id) for event in row.events]


def _describe(row: IndexRow) -> dict[str, Any]:
    return {
        "request": row.id, "time": row.received_at, "status": row.status, "fault": row.fault,
        "accepted": not row.rejection and (not row.fault or 200 <= row.status < 300),
    }  # fmt: skip
