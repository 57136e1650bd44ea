"""The stored form of rows: events of one day that are equal in a source, counted by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# The exchanges that a row names; the others are only counted.
MAX_EXCHANGES: Final = 5
# The properties that a track type lists.
MAX_PROPERTIES: Final = 200
MINUTE: Final = 60_000
_LAST_MINUTE: Final = 59


class HourCount(Struct, array_like=True):
    """The events of one hour: their number, the minutes that have one as bits, and the times of first and last."""

    events: int
    minutes: int
    first: int
    last: int


class RowCounts(Struct, array_like=True):
    """The events of a row: `hours` has their counts by the hour's beginning.

    `exchanges` has the numbers of the first MAX_EXCHANGES exchanges that the events came in.
    """

    hours: dict[int, HourCount] = field(default_factory=dict)
    exchanges: list[int] = field(default_factory=list)

    def add(self, hour: int, at: int, exchange: int) -> None:
        """Add one event; `hour` is the beginning of its hour."""
        minute = 1 << min((at - hour) // MINUTE, _LAST_MINUTE)
        count = self.hours.get(hour)
        if count is None:
            self.hours[hour] = HourCount(1, minute, at, at)
        else:
            count.events += 1
            count.minutes |= minute
            if at < count.first:
                count.first = at
            elif at > count.last:
                count.last = at
        known = self.exchanges
        if len(known) < MAX_EXCHANGES and (not known or exchange > known[-1]):
            known.append(exchange)
        elif exchange < known[-1] and exchange not in known:
            self._add_exchanges((exchange,))

    def merge(self, other: RowCounts) -> None:
        """Add the events of another row with the same values."""
        for hour, new in other.hours.items():
            if known := self.hours.get(hour):
                known.events += new.events
                known.minutes |= new.minutes
                known.first, known.last = min(known.first, new.first), max(known.last, new.last)
            else:
                self.hours[hour] = new
        if self.exchanges != other.exchanges:
            self._add_exchanges(other.exchanges)

    def _add_exchanges(self, numbers: Iterable[int]) -> None:
        self.exchanges = sorted({*self.exchanges, *numbers})[:MAX_EXCHANGES]


class EventRow(NamedTuple):
    """A row of one day with its counts for the whole day, and by hour."""

    visitor: str
    account: str
    server: str
    remote_ip: str
    user_agent: str
    tab: str
    detail: str
    events: int
    minutes: int
    first: int
    last: int
    hours: Mapping[int, HourCount]
    exchanges: list[int]


class TrackType(Struct, array_like=True):
    """The track type of a name: when it was first and last seen, and the names of its properties."""

    name: str
    first: int
    last: int
    properties: list[str] = field(default_factory=list)

    def merge(self, other: TrackType) -> None:
        """Add the events of the same name."""
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        if other.properties != self.properties:
            self.properties = sorted({*self.properties, *other.properties})[:MAX_PROPERTIES]


_encode = msgspec.json.Encoder().encode
decode_counts = msgspec.json.Decoder(RowCounts).decode
decode_track_type = msgspec.json.Decoder(TrackType).decode


def encode_row(row: RowCounts | TrackType) -> str:
    """Write counts or a track type as JSON; the hours are sorted, so that equal rows are equal texts."""
    if isinstance(row, RowCounts) and len(row.hours) > 1:
        row.hours = dict(sorted(row.hours.items()))
    return _encode(row).decode()


def day_totals(hours: Mapping[int, HourCount]) -> tuple[int, int, int, int]:
    """Return the number of events, the number of minutes with one, and the times of the first and the last event."""
    if len(hours) == 1:
        (count,) = hours.values()
        return count.events, count.minutes.bit_count(), count.first, count.last
    counts = hours.values()
    return (
        sum(count.events for count in counts), sum(count.minutes.bit_count() for count in counts),
        min(count.first for count in counts), max(count.last for count in counts),
    )  # fmt: skip
