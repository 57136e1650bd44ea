"""The rows of the grouped event sources: events, pageEvents, featureEvents and trackEvents."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_emulator.engage.pipeline.expressions.periods import period_start
from pendo_emulator.engage.rows.event_row import MAX_EXCHANGES
from pendo_emulator.engage.rows.row_event import ACTIVITY, CLICKS, LOADS, TRACKS
from pendo_emulator.engage.sources.default_app import DEFAULT_APP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import tzinfo

    from pendo_emulator.engage.pipeline import Source, TimeRange
    from pendo_emulator.engage.pipeline.row import Row
    from pendo_emulator.engage.rows.event_row import DaySummary, EventRow, HourCount
    from pendo_emulator.engage.store.event_rows import DayRow, EventRowReader

# The object of a row, with the row's properties.
Objects = tuple[tuple[str, dict[str, Any]], ...]

# Columns that the emulator cannot know (documented names, empty values assumed).
_UNKNOWN: Final[Mapping[str, Any]] = {
    "country": "", "region": "", "latitude": 0, "longitude": 0, "rageClickCount": 0, "errorClickCount": 0,
    "deadClickCount": 0, "uTurnCount": 0, "recordingId": "", "recordingSessionId": "", "lastKeyFrameTimestamp": 0,
    "analyticsSessionId": "", "signatureAgent": "",
}  # fmt: skip


class EventSource(NamedTuple):
    """A source: the stored rows that it has, and the field of the object's id.

    `objects` returns the objects of a stored row by its detail, () if there is none.
    """

    stored: str
    id_field: str
    objects: Callable[[str], Objects]
    parameters: bool = False


class View(NamedTuple):
    """What decides about the rows besides the source: zone, merged visitors, and the last visible moment.

    With `shows_exchanges` a row has the column `exchanges`: the numbers of the first exchanges with its events.
    """

    zone: tzinfo
    visitors: Mapping[str, str]
    visible_until: float | None = None
    shows_exchanges: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether all stored rows are shown, each with its own visitor."""
        return not self.visitors and self.visible_until is None and not self.shows_exchanges


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
    end = time_range.end if time_range else None
    find = lru_cache(maxsize=10_000)(source.objects)
    wanted = _wanted_ids(request, source.id_field)
    if view.is_plain and period == "day" and source.stored in _DISTINCT:
        yield from _day_rows(reader.summaries(api_key, source.stored, start, end), source, find, wanted, view.zone)
        return
    stored = reader.rows(api_key, source.stored, start, end)
    counts = _counts(stored, period, time_range, view)
    if not view.visitors and period in {"day", "hour"} and source.stored in _DISTINCT:
        merged: Iterator[_Merged] = (_Merged(at, count.visitor, id_, properties, [count])
                  for at, count in counts for id_, properties in find(count.row.detail)
                  if wanted is None or id_ in wanted)  # fmt: skip
    else:
        merged = _merge(counts, source, find, wanted, is_hour=period == "hour")
    for one in merged:
        columns = _period_columns(period, one.period, view.zone)
        yield _row(one, source, columns, shows_exchanges=view.shows_exchanges)


def _day_rows(
    summaries: Iterable[tuple[int, DaySummary]],
    source: EventSource,
    find: Callable[[str], Objects],
    wanted: frozenset[str] | None,
    zone: tzinfo,
) -> Iterator[Row]:
    """Yield the rows of days, as `_row` makes them; a million rows take several times less time this way."""
    id_field = source.id_field
    for day, stored in summaries:
        columns = _period_columns("day", day, zone)
        for id_, properties in find(stored.detail):
            if wanted is None or id_ in wanted:
                yield {
                    "visitorId": stored.visitor, "accountId": stored.account, "appId": DEFAULT_APP, id_field: id_,
                    "numEvents": stored.events, "numMinutes": stored.minutes, "firstTime": stored.first,
                    "lastTime": stored.last, "server": stored.server, "remoteIp": stored.remote_ip,
                    "userAgent": stored.user_agent, **columns, "tabId": stored.tab, **_UNKNOWN,
                    "properties": properties,
                }  # fmt: skip


# Stored rows that differ in more than their detail, or whose detail is in the row of the source: none are merged.
_DISTINCT: Final = frozenset({ACTIVITY, TRACKS})


class _Counted(NamedTuple):
    """The events of a stored row in one period, with the visitor to whom they count."""

    day: int
    visitor: str
    row: EventRow
    hours: Mapping[int, HourCount]


class _Merged(NamedTuple):
    """A row of the source, made of one or more stored rows."""

    period: int
    visitor: str
    id: str
    properties: dict[str, Any]
    counted: list[_Counted]


def _counts(
    stored: Iterable[DayRow], period: str, time_range: TimeRange | None, view: View
) -> Iterator[tuple[int, _Counted]]:
    """Yield the beginning of a period and the events of a stored row in it."""
    alias, until = view.visitors, view.visible_until
    for day, row in stored:
        visitor = alias.get(row.visitor, row.visitor) if alias else row.visitor
        hours: Mapping[int, HourCount] = row.hours
        if until is not None:
            hours = {hour: count for hour, count in hours.items() if count.first <= until}
        if period == "hour":
            for hour, count in sorted(hours.items()):
                if time_range is None or time_range.start <= hour < time_range.end:
                    yield hour, _Counted(day, visitor, row, {hour: count})
        elif hours:
            yield _start(period, day, view.zone), _Counted(day, visitor, row, hours)


def _merge(
    counts: Iterable[tuple[int, _Counted]],
    source: EventSource,
    find: Callable[[str], Objects],
    wanted: frozenset[str] | None,
    *,
    is_hour: bool,
) -> Iterator[_Merged]:
    """Yield rows by object: several stored rows, such as those of two URLs of a page, make one row of a period."""
    merged: dict[Any, _Merged] = {}
    finished: int | None = None
    for at, count in counts:
        # The stored rows of one day come together, and their hours belong to it.
        if finished not in {None, end := count.day if is_hour else at}:
            yield from sorted(merged.values(), key=lambda one: one.period)
            merged = {}
        finished = end
        row = count.row
        detail = row.detail if source.stored == TRACKS else ""
        for id_, properties in find(row.detail):
            if wanted is not None and id_ not in wanted:
                continue
            key = (at, id_, count.visitor, row.account, row.server, row.remote_ip, row.user_agent, row.tab, detail)
            if known := merged.get(key):
                known.counted.append(count)
            else:
                merged[key] = _Merged(at, count.visitor, id_, properties, [count])
    yield from sorted(merged.values(), key=lambda one: one.period)


def _row(one: _Merged, source: EventSource, columns: Mapping[str, int], *, shows_exchanges: bool) -> Row:
    row = one.counted[0].row
    counts = [item for counted in one.counted for item in counted.hours.items()]
    result: Row = {
        "visitorId": one.visitor, "accountId": row.account, "appId": DEFAULT_APP, source.id_field: one.id,
        "numEvents": sum([count.events for _, count in counts]), "numMinutes": _distinct_minutes(counts),
        "firstTime": min([count.first for _, count in counts]),
        "lastTime": max([count.last for _, count in counts]), "server": row.server, "remoteIp": row.remote_ip,
        "userAgent": row.user_agent, **columns, "tabId": row.tab, **_UNKNOWN, "properties": one.properties,
    }  # fmt: skip
    if source.parameters:
        result["parameters"] = {}
    if shows_exchanges:
        numbers = {number for counted in one.counted for number in counted.row.exchanges}
        result["exchanges"] = sorted(numbers)[:MAX_EXCHANGES]
    return result


def _distinct_minutes(counts: list[tuple[int, HourCount]]) -> int:
    if len(counts) == 1:
        return counts[0][1].minutes.bit_count()
    minutes: dict[int, int] = {}
    for hour, count in counts:
        minutes[hour] = minutes.get(hour, 0) | count.minutes
    return sum([bits.bit_count() for bits in minutes.values()])


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
