"""Describes the exchanges that arrived, for the message of a failed check."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.safe_text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pendo_emulator.exchange import Exchange

SHOWN: Final = 5

_EVENT_FIELDS: Final = ("type", "name", "visitor_id", "account_id")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event that arrived, or one request without events; the event fields of such a request are None."""

    exchange: int
    region: str
    endpoint: str
    good: bool
    type: str | None = None
    name: str | None = None
    visitor_id: str | None = None
    account_id: str | None = None

    def matches(self, filters: Mapping[str, Any]) -> bool:
        """Return whether the arrival has the values of all filters; the filter `after` is ignored."""
        return all(getattr(self, name) == value for name, value in _values(filters))

    def describe(self) -> str:
        """Return one line of text about the arrival."""
        name = f" {self.name!r}" if self.name is not None else ""
        visitor = f" of visitor {self.visitor_id!r}" if self.visitor_id is not None else ""
        what = f"{self.type} event{name}{visitor}" if self.type else "request"
        return visible(f"{what} to {self.region} {self.endpoint} (exchange {self.exchange})")

    def as_document(self) -> dict[str, Any]:
        """Return the arrival as JSON."""
        return asdict(self)

    def likeness(self, filters: Mapping[str, Any]) -> tuple[int, float]:
        """Return the number of filters that the arrival matches, and the similarity of the other values."""
        pairs = [(getattr(self, name), value) for name, value in _values(filters)]
        return sum(own == value for own, value in pairs), sum(_similarity(own, value) for own, value in pairs)


def list_arrivals(exchanges: Iterable[Exchange]) -> Iterator[Arrival]:
    """Yield each event of some exchanges, and each exchange without events."""
    for exchange in exchanges:
        beacon = exchange.beacon
        place = (exchange.id, beacon.place.name, beacon.endpoint_name, exchange.good)
        for event in beacon.events:
            yield Arrival(*place, event.type, event.name, event.visitor_id, event.account_id)
        if not beacon.events:
            yield Arrival(*place)


def nearest_arrival(arrivals: Iterable[Arrival], filters: Mapping[str, Any]) -> Arrival | None:
    """Return the arrival that is most similar to the filters; None if nothing arrived."""
    return max(arrivals, key=lambda arrival: arrival.likeness(filters), default=None)


def describe_filters(filters: Mapping[str, Any]) -> str:
    """Return filters as text: `type=track name='Logged In'`."""
    return " ".join(f"{name}={value if str(value).isalnum() else repr(value)}" for name, value in filters.items())


def describe_arrivals(arrivals: Iterable[Arrival]) -> str:
    """Return the first arrivals in one line."""
    texts = [arrival.describe() for arrival in arrivals]
    more = f"; and {len(texts) - SHOWN:,} more" if len(texts) > SHOWN else ""
    return f"{'; '.join(texts[:SHOWN])}{more}"


def _values(filters: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the filters that an arrival has values for; the event fields first, because they are the most specific."""
    for name in (*_EVENT_FIELDS, "endpoint", "region", "good"):
        if filters.get(name) is not None:
            yield name, filters[name]


def _similarity(own: Any, wanted: Any) -> float:
    if not isinstance(own, str) or not isinstance(wanted, str):
        return float(own == wanted)
    return SequenceMatcher(None, own[:200].lower(), wanted[:200].lower()).ratio()
