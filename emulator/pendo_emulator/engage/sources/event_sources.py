"""The rows of the grouped event sources: events, pageEvents, featureEvents and trackEvents."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from pendo_emulator.engage.pipeline.expressions.periods import period_start
from pendo_emulator.engage.rows.event_row import MAX_EXCHANGES
from pendo_emulator.engage.rows.row_event import ACTIVITY, CLICKS, LOADS, TRACKS
from pendo_emulator.engage.sources.event_columns import (
    STORED_COLUMNS,
    Objects,
    row_template,
    rows_of_objects,
    rows_of_one_object,
    start_of,
    stored_names,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from pendo_emulator.engage.pipeline import Source, TimeRange
    from pendo_emulator.engage.pipeline.row import Row
    from pendo_emulator.engage.rows.event_row import EventRow, HourCount
    from pendo_emulator.engage.store.event_rows import DayRow, Days, EventRowReader

Find: TypeAlias = "Callable[[str], Objects]"


# The details that one query can select.
MAX_MATCHING: Final = 1_000
# The details whose objects stay in memory, and the characters of each.
MAX_CACHED: Final = 10_000
MAX_CACHED_DETAIL: Final = 1_000


class EventSource(NamedTuple):
    """A source: the stored rows that it has, and the field of the object's id.

    `objects` returns the objects of a stored row by its detail, () if there is none.
    """

    stored: str
    id_field: str
    objects: Find
    parameters: bool = False

    @property
    def has_few(self) -> bool:
        """Whether most of the stored rows can have no object, as clicks and URLs that nobody defined."""
        return self.stored in {LOADS, CLICKS}


class View(NamedTuple):
    """What decides about the rows besides the source: zone, merged visitors, and the last visible moment.

    With `shows_exchanges` a row has the column `exchanges`: the numbers of the first exchanges with its events.
    `columns` are the only columns that are read, None for all; rows can have others too.
    """

    zone: tzinfo
    visitors: Mapping[str, str]
    visible_until: float | None = None
    shows_exchanges: bool = False
    columns: frozenset[str] | None = None

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
    days = (period_start("day", time_range.start, view.zone), time_range.end) if time_range else (None, None)
    find = _finder(source.objects, _wanted_ids(request, source.id_field))
    if view.is_plain and period == "day" and source.stored in _DISTINCT:
        yield from _day_rows(reader, api_key, source, days, view, find)
        return
    details = _matching_details(reader.details(api_key, source.stored, days), find) if source.has_few else None
    counts = _counts(reader.rows(api_key, source.stored, days, details), period, time_range, view)
    if not view.visitors and period in {"day", "hour"} and source.stored in _DISTINCT:
        merged: Iterator[_Merged] = (_Merged(at, count.visitor, id_, properties, [count])
                  for at, count in counts for id_, properties in find(count.row.detail))  # fmt: skip
    else:
        merged = _merge(counts, source, find, is_hour=period == "hour")
    for one in merged:
        template = row_template(source.id_field, period, one.period, view.zone)
        yield _row(one, source, template.copy(), shows_exchanges=view.shows_exchanges)


def _matching_details(details: Sequence[str] | None, find: Find) -> list[str] | None:
    """Return the details that have objects, None if they are unknown or too many for a query."""
    matching = None if details is None else [detail for detail in details if find(detail)]
    return matching if matching is None or len(matching) <= MAX_MATCHING else None


def _day_rows(
    reader: EventRowReader, api_key: str, source: EventSource, days: Days, view: View, find: Find
) -> Iterator[Row]:
    """Yield the rows of days with the columns of the view; a million of them take less time this way."""
    names = stored_names(view.columns)
    columns = [STORED_COLUMNS[name] for name in names]

    def template(day: int) -> Row:
        return row_template(source.id_field, "day", day, view.zone, view.columns)

    if view.columns is not None and source.objects is all_events:
        for id_, properties in find(""):
            own = {source.id_field: id_, "properties": properties}
            stored = chain.from_iterable(reader.pages(api_key, source.stored, days, columns))
            yield from rows_of_one_object(stored, names, own, template)
        return
    stored = chain.from_iterable(reader.pages(api_key, source.stored, days, [*columns, "detail"]))
    if view.columns is not None:
        yield from rows_of_objects(stored, names, find, source.id_field, template)
        return
    known = rows_of_objects(stored, names, find, source.id_field, lambda _: {})
    for day, rows in groupby(known, itemgetter("day")):
        yield from map(template(day).__or__, rows)  # in the order of the template


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
            yield start_of(period, day, view.zone), _Counted(day, visitor, row, hours)


def _merge(
    counts: Iterable[tuple[int, _Counted]],
    source: EventSource,
    find: Find,
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
            key = (at, id_, count.visitor, row.account, row.server, row.remote_ip, row.user_agent, row.tab, detail)
            if known := merged.get(key):
                known.counted.append(count)
            else:
                merged[key] = _Merged(at, count.visitor, id_, properties, [count])
    yield from sorted(merged.values(), key=lambda one: one.period)


def _row(one: _Merged, source: EventSource, result: Row, *, shows_exchanges: bool) -> Row:
    """Fill in the values of a row of the period."""
    row = one.counted[0].row
    counts = [item for counted in one.counted for item in counted.hours.items()]
    result[source.id_field] = one.id
    result.update(
        visitorId=one.visitor, accountId=row.account, numEvents=sum([count.events for _, count in counts]),
        numMinutes=_distinct_minutes(counts), firstTime=min([count.first for _, count in counts]),
        lastTime=max([count.last for _, count in counts]), server=row.server, remoteIp=row.remote_ip,
        userAgent=row.user_agent, tabId=row.tab, properties=one.properties,
    )  # fmt: skip
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


def _finder(objects: Find, wanted: frozenset[str] | None) -> Find:
    """Return a function that finds the wanted objects of a detail; None wants all."""

    def find_wanted(detail: str) -> Objects:
        found = objects(detail)
        return found if wanted is None else tuple(one for one in found if one[0] in wanted)

    find_cached = lru_cache(maxsize=MAX_CACHED)(find_wanted)
    return lambda detail: find_cached(detail) if len(detail) <= MAX_CACHED_DETAIL else find_wanted(detail)


def _wanted_ids(request: Source, id_field: str) -> frozenset[str] | None:
    """Return the ids that a source's parameters select, None for all."""
    for name in (id_field, f"{id_field}s"):
        value = request.parameters.get(name)
        if value is not None:
            return frozenset(map(str, value if isinstance(value, list) else [value]))
    return None
