"""Row: what an exchange is in the store's tables; all that is needed to decode and judge it again, and an index."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from pendo_contracts.endpoint import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_emulator.exchange import Exchange

    Row: TypeAlias = tuple[Any, ...]

THE_REQUEST: Final = ""
NO_ENDPOINT: Final = ""
TYPE_LIMIT: Final = 200
ENDPOINT_NAMES: Final = frozenset(endpoint.name for endpoint in ENDPOINTS)

_ABSENT: Final[dict[str, Any]] = {}

_encode = msgspec.json.Encoder().encode


def exchange_row(exchange: Exchange) -> Row:
    """Write an exchange, in the order of the columns."""
    envelope, beacon = exchange.envelope, exchange.beacon
    return (
        exchange.id, storable(beacon.api_key), beacon.place.name, storable(beacon.endpoint_name), envelope.method,
        storable(envelope.url), _json(envelope.headers), envelope.body, envelope.received_at, exchange.status,
        exchange.good, exchange.fault, _json(exchange.notes), exchange.refusal, _json(event_index(exchange)),
    )  # fmt: skip


def event_index(exchange: Exchange) -> list[Row]:
    """List what queries ask of each event: its type, name, visitor and account, and whether it was kept."""
    index = []
    for event, verdict in zip(exchange.beacon.events, exchange.verdicts[1:], strict=True):
        find = event.value.get if type(event.value) is dict else _ABSENT.get
        name = find("track_event_name", find("event"))
        visitor = find("visitor_id", find("visitorId", find("userId")))
        account = find("account_id", find("accountId", find("groupId")))
        index.append((_type(event.type), _named(name), _named(visitor), _named(account), not verdict.violations))
    return index


def _json(value: Any) -> str:
    return _encode(value).decode()


def tally_rows(exchanges: Iterable[Exchange]) -> Iterator[Row]:
    """Count requests (type "") and events by key, region, endpoint and type: received, and broken of these."""
    tallies: defaultdict[Row, list[int]] = defaultdict(lambda: [0, 0])
    for exchange in exchanges:
        beacon = exchange.beacon
        place = (storable(beacon.api_key), beacon.place.name, tallied(beacon.endpoint_name))
        _count(tallies[(*place, THE_REQUEST)], broken=not exchange.good)
        for verdict in exchange.verdicts[1:]:
            _count(tallies[(*place, _type(verdict.subject))], broken=bool(verdict.violations))
    return ((*place, *counted) for place, counted in sorted(tallies.items()))


def tallied(endpoint: str) -> str:
    """Name an endpoint in a tally; paths that Pendo does not have, of which there is no end, are one there."""
    return endpoint if endpoint in ENDPOINT_NAMES else NO_ENDPOINT


def _count(tally: list[int], *, broken: bool) -> None:
    tally[0] += 1
    tally[1] += broken


def _type(name: str) -> str:
    """Cut what somebody calls an event to what fits into an index."""
    return storable(name[:TYPE_LIMIT])


def _named(value: object) -> str | None:
    return storable(value) if isinstance(value, str) else None


def storable(value: str) -> str:
    """Replace what a database takes in no text: lone surrogates, and the character NUL."""
    if value.isascii() and "\0" not in value:
        return value
    return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
