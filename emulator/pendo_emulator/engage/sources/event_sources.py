"""The rows of the grouped event sources: events, pageEvents, featureEvents and trackEvents."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_emulator.engage.pipeline.expressions.periods import period_start
from pendo_emulator.engage.rows.row_event import ACTIVITY, CLICKS, LOADS, TRACKS
from pendo_emulator.engage.sources.default_app import DEFAULT_APP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import tzinfo

    from pendo_emulator.engage.pipeline import Source, TimeRange
    from pendo_emulator.engage.pipeline.row import Row
    from pendo_emulator.engage.rows.event_row import EventRow, HourCount
    from pendo_emulator.engage.store.event_rows import DayRow, EventRowReader

# The object of a row, with the row's properties.
Objects = tuple[tuple[str | None, dict[str, Any]], ...]

# Columns that the emulator cannot know (documented names, empty values assumed).
_UNKNOWN: Final[Mapping[str, Any]] = {
    "country": "", "region": "", "latitude": 0, "longitude": 0, "rageClickCount": 0, "errorClickCount": 0,
    "deadClickCount": 0, "uTurnCount": 0, "recordingId": "", "recordingSessionId": "", "lastKeyFrameTimestamp": 0,
    "analyticsSessionId": "", "signatureAgent": "",
}  # fmt: skip


class EventSource(NamedTuple):
    """A source: the stored rows that it has, and the field of the object's id.

    `objects` returns the objects of a stored row, None in the place of an id for a row without object.
    """

    stored: str
    id_field: str
    objects: Callable[[str], Objects]
    parameters: bool = False


class View(NamedTuple):
    """What decides about the rows besides the source: zone, merged visitors, and the last visible moment."""

    zone: tzinfo
    visitors: Mapping[str, str]
    visible_until: float | None = None


def all_events(_: str) -> Objects:
    """Return the object of all events (documented)."""
    return (("allevents", {}),)


STORED: Final = {"events": ACTIVITY, "pageEvents": LOADS, "featureEvents": CLICKS, "trackEvents": TRACKS}
ID_FIELDS: Final = {
    "events": "pageId", "pageEvents": "pageId", "featureEvents": "featureId", "trackEvents": "trackTypeId",
}  # fmt: skip


def event_rows(reader: EventRowReader, api_key: str, source: EventSource, request: Source, view: View) -> Iterator[Row]:
    """Yield the rows of a source in the order of time; rows without a time range are those of days."""
    time_range = request.time_range
    period = time_range.period if time_range else "day"
    start = period_start("day", time_range.start, view.zone) if time_range else None
    wanted = _wanted_ids(request, source.id_field)
    stored = reader.rows(api_key, source.stored, start, time_range.end if time_range else None)
    objects = lru_cache(maxsize=10_000)(source.objects)
    counts = _counts(stored, period, time_range, view)
    if source.stored == ACTIVITY and not view.visitors and period in {"day", "hour"}:
        return _rows_without_merging(counts, source, period, view.zone)
    return _merged_rows(counts, source, objects, wanted, _Period(period, view.zone))


class _Period(NamedTuple):
    name: str
    zone: tzinfo


class _Counted(NamedTuple):
    """The events of a stored row in one period, with the visitor to whom they count."""

    period: int
    day: int
    visitor: str
    row: EventRow
    counted: _Count


class _Count(NamedTuple):
    events: int
    minutes: int
    first: int
    last: int

    def plus(self, other: _Count) -> _Count:
        return _Count(
            self.events + other.events, self.minutes + other.minutes, min(self.first, other.first),
            max(self.last, other.last),
        )  # fmt: skip


class _Merged(NamedTuple):
    """A row that several stored rows make: the first of them, and what differs from it."""

    row: EventRow
    visitor: str
    id: str
    properties: dict[str, Any]
    counted: _Count


def _counts(stored: Iterable[DayRow], period: str, time_range: TimeRange | None, view: View) -> Iterator[_Counted]:
    alias, until = view.visitors, view.visible_until
    for day, row in stored:
        visitor = alias.get(row.visitor, row.visitor) if alias else row.visitor
        hours = row.hours
        if until is not None:
            hours = {hour: count for hour, count in hours.items() if count.first <= until}
        if period == "hour":
            for hour, count in sorted(hours.items()):
                if time_range is None or time_range.start <= hour < time_range.end:
                    yield _Counted(hour, day, visitor, row, _sum((count,)))
        elif hours:
            yield _Counted(_start(period, day, view.zone), day, visitor, row, _sum(hours.values()))


def _sum(counts: Iterable[HourCount]) -> _Count:
    events = minutes = last = 0
    first = None
    for count in counts:
        events += count.events
        minutes += count.minutes.bit_count()
        first = count.first if first is None or count.first < first else first
        last = max(last, count.last)
    return _Count(events, minutes, first or 0, last)


def _rows_without_merging(counts: Iterable[_Counted], source: EventSource, period: str, zone: tzinfo) -> Iterator[Row]:
    """Yield a row for each count: the stored rows of all events differ already."""
    for at, _, visitor, row, count in counts:
        yield _row(row, visitor, count, {source.id_field: "allevents"}, _period_columns(period, at, zone), {})


def _merged_rows(
    counts: Iterable[_Counted],
    source: EventSource,
    objects: Callable[[str], Objects],
    wanted: frozenset[str] | None,
    period: _Period,
) -> Iterator[Row]:
    """Yield rows by object: several stored rows, such as those of two URLs of a page, make one row of a period."""
    merged: dict[Any, _Merged] = {}
    finished: int | None = None
    for at, day, visitor, row, count in counts:
        # The rows of one day come together, and their hours belong to it.
        if finished not in {None, end := day if period.name == "hour" else at}:
            yield from _finished(merged, source, period)
            merged = {}
        finished = end
        for id_, properties in objects(row.detail):
            if id_ is None or (wanted is not None and id_ not in wanted):
                continue
            detail = row.detail if source.stored == TRACKS else ""
            key = (at, id_, visitor, row.account, row.server, row.remote_ip, row.user_agent, row.tab, detail)
            known = merged.get(key)
            merged[key] = _Merged(row, visitor, id_, properties, known.counted.plus(count) if known else count)
    yield from _finished(merged, source, period)


def _finished(merged: Mapping[Any, _Merged], source: EventSource, period: _Period) -> Iterator[Row]:
    for key, (row, visitor, id_, properties, count) in sorted(merged.items(), key=lambda item: item[0][0]):
        extra: dict[str, Any] = {source.id_field: id_}
        if source.parameters:
            extra["parameters"] = {}
        yield _row(row, visitor, count, extra, _period_columns(period.name, key[0], period.zone), properties)


def _row(
    row: EventRow,
    visitor: str,
    count: _Count,
    extra: Mapping[str, Any],
    columns: Mapping[str, int],
    properties: dict[str, Any],
) -> Row:
    return {
        "visitorId": visitor, "accountId": row.account, "appId": DEFAULT_APP, **extra, "numEvents": count.events,
        "numMinutes": count.minutes, "firstTime": count.first, "lastTime": count.last, "server": row.server,
        "remoteIp": row.remote_ip, "userAgent": row.user_agent, **columns, "tabId": row.tab, **_UNKNOWN,
        "properties": properties,
    }  # fmt: skip


@lru_cache(maxsize=4096)
def _period_columns(period: str, at: int, zone: tzinfo) -> Mapping[str, int]:
    """Return the columns with the beginnings of the periods: `hour` without `day`, or `day` (observed)."""
    own = {"hour": at} if period == "hour" else {"day": at}
    return own | {name: _start(name, at, zone) for name in ("week", "month", "quarter")}


@lru_cache(maxsize=4096)
def _start(period: str, at: int, zone: tzinfo) -> int:
    return at if period == "day" else period_start(period, at, zone)


def _wanted_ids(request: Source, id_field: str) -> frozenset[str] | None:
    """Return the ids that a source's parameters select, None for all."""
    for name in (id_field, f"{id_field}s"):
        value = request.parameters.get(name)
        if value is not None:
            return frozenset(map(str, value if isinstance(value, list) else [value]))
    return None
