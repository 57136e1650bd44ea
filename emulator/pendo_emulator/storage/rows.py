"""Converts an exchange to rows of the store: its own row, and the rows that are added to the counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pendo_contracts.wire.endpoint import ENDPOINTS
from pendo_emulator.storage.event_index import encode_index, indexed_type
from pendo_emulator.storage.storable_text import storable
from pendo_emulator.storage.stored_verdicts import ALL_KEPT, encode_verdicts
from pendo_emulator.storage.tables import EXCHANGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pendo_emulator.exchange import Exchange
    from pendo_emulator.storage.tables import ExchangeRow

ANY_TYPE: Final = ""
NO_ENDPOINT: Final = ""
ENDPOINT_NAMES: Final = frozenset(endpoint.name for endpoint in ENDPOINTS)

_encode = msgspec.json.Encoder().encode
_in_order = EXCHANGES.in_order


def exchange_row(exchange: Exchange) -> tuple[Any, ...]:
    """Return an exchange as a row, in the order of the columns of EXCHANGES."""
    envelope, beacon = exchange.envelope, exchange.beacon
    row: ExchangeRow = {
        "id": exchange.id,
        "api_key": storable(beacon.api_key),
        "region": beacon.place.name,
        "endpoint": beacon.endpoint.name if beacon.endpoint else storable(beacon.path),
        "method": storable(envelope.method),
        "url": storable(envelope.url),
        "headers": _encode_headers(envelope.headers),
        "body": envelope.body,
        "received_at": envelope.received_at,
        "status": exchange.status,
        "good": exchange.good,
        "fault": exchange.fault,
        "notes": _json(exchange.notes) if exchange.notes else "[]",
        "rejection": exchange.rejection,
        "events": encode_index(exchange),
        "verdicts": ALL_KEPT if _is_all_kept(exchange) else encode_verdicts(exchange.verdicts),
    }
    return _in_order(row)


def _is_all_kept(exchange: Exchange) -> bool:
    if not exchange.good:
        return False
    for verdict in exchange.verdicts:  # noqa: SIM110 - any() takes three times as long, for each request
        if verdict.warnings:
            return False
    return True


def _encode_headers(headers: Mapping[str, str]) -> str:
    """Write headers as JSON; a request that does not come from a network can have lone surrogates in them."""
    try:
        return _encode(headers).decode()
    except UnicodeEncodeError:
        return _json({storable(name): storable(value) for name, value in headers.items()})


def _json(value: Any) -> str:
    return _encode(value).decode()


def count_rows(exchanges: Iterable[Exchange]) -> Iterator[tuple[Any, ...]]:
    """Count requests (ANY_TYPE) and events by key, region, endpoint and type, in the order of the columns of COUNTS."""
    judged: defaultdict[tuple[str, str, str], list[tuple[str, bool]]] = defaultdict(list)
    for exchange in exchanges:
        beacon = exchange.beacon
        of_place = judged[storable(beacon.api_key), beacon.place.name, counted_endpoint(beacon.endpoint_name)]
        of_place.append((ANY_TYPE, exchange.good))
        of_place += [(verdict.subject, not verdict.violations) for verdict in exchange.verdicts[1:]]
    counts: defaultdict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for place, subjects in judged.items():
        for (subject, kept), number in Counter(subjects).items():
            count = counts[*place, indexed_type(subject)]
            count[0] += number
            count[1] += 0 if kept else number
    return ((*place, *count) for place, count in sorted(counts.items()))


def counted_endpoint(endpoint: str) -> str:
    """Return an endpoint's name for the counts; all unknown paths have the same name, because they are unlimited."""
    return endpoint if endpoint in ENDPOINT_NAMES else NO_ENDPOINT
