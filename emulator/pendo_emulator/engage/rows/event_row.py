"""The stored form of rows: events of one day that are equal in a source, counted by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct, field

if TYPE_CHECKING:
    from pendo_emulator.engage.rows.row_event import RowEvent

# The exchanges that a row names; the others are only counted.
MAX_EXCHANGES: Final = 5
MINUTE: Final = 60_000


class HourCount(Struct, array_like=True):
    """The events of one hour: their number, the minutes that have one as bits, and the times of first and last."""

    events: int
    minutes: int
    first: int
    last: int

    def merge(self, other: HourCount) -> None:
        """Add the events of another row with the same hour."""
        self.events += other.events
        self.minutes |= other.minutes
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)


class DaySummary(Struct, array_like=True, gc=False):
    """The counts of a row for its whole day; reading them leaves out the hours."""

    visitor: str
    account: str
    server: str
    remote_ip: str
    user_agent: str
    tab: str
    detail: str
    events: int = 0
    minutes: int = 0
    first: int = 0
    last: int = 0


class EventRow(DaySummary, array_like=True):
    """A row of one day; `hours` has the counts by the hour's beginning.

    The summary is that of the hours only after `summarize`. `exchanges` has the numbers of the first MAX_EXCHANGES
    exchanges that the events came in.
    """

    hours: dict[int, HourCount] = field(default_factory=dict)
    exchanges: list[int] = field(default_factory=list)

    @property
    def identity(self) -> str:
        """The values that make the row unique within its source and day, as text."""
        values = (
            self.visitor, self.account, self.server, self.remote_ip, self.user_agent, self.tab, self.detail,
        )  # fmt: skip
        return _encode(values).decode()

    def summarize(self) -> None:
        """Sum the counts of the hours, and sort the hours, so that equal rows are equal texts."""
        if len(self.hours) > 1:
            self.hours = dict(sorted(self.hours.items()))
        counts = self.hours.values()
        self.events = sum(count.events for count in counts)
        self.minutes = sum(count.minutes.bit_count() for count in counts)
        self.first = min(count.first for count in counts)
        self.last = max(count.last for count in counts)

    def merge(self, other: EventRow) -> None:
        """Add the events of another row with the same identity."""
        for hour, count in other.hours.items():
            if known := self.hours.get(hour):
                known.merge(count)
            else:
                self.hours[hour] = count
        if self.exchanges != other.exchanges:
            self.exchanges = sorted({*self.exchanges, *other.exchanges})[:MAX_EXCHANGES]


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


# The properties that a track type lists.
MAX_PROPERTIES: Final = 200

_encode = msgspec.json.Encoder().encode
decode_row = msgspec.json.Decoder(EventRow).decode
decode_summary = msgspec.json.Decoder(DaySummary).decode
decode_track_type = msgspec.json.Decoder(TrackType).decode


def encode_row(row: EventRow | TrackType) -> str:
    """Write a row as JSON, with its summary."""
    if isinstance(row, EventRow):
        row.summarize()
    return _encode(row).decode()


def row_of(event: RowEvent, hour: int) -> EventRow:
    """Return the row of one event; `hour` is the beginning of its hour."""
    minute = 1 << min((event.at - hour) // MINUTE, 59)
    count = HourCount(1, minute, event.at, event.at)
    return EventRow(
        event.visitor, event.account, event.server, event.remote_ip, event.user_agent, event.tab, event.detail,
        hours={hour: count}, exchanges=[event.exchange],
    )  # fmt: skip
