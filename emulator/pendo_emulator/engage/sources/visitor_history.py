"""What a visitor did in a period, from the stored rows of events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.expressions.periods import HOUR, period_start
from pendo_emulator.engage.rows.row_event import CLICKS, GUIDES, LOADS, TRACKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import tzinfo

    from pendo_emulator.engage.rows.event_row import EventRow
    from pendo_emulator.engage.sources.event_columns import Objects
    from pendo_emulator.engage.store.event_rows import EventRowReader

# In milliseconds: longer than each day, and shorter than each two days.
LONGEST_DAY: Final = 36 * HOUR
# The paths of the lists that have the objects.
_LISTS = {"Page": "page", "Feature": "feature", "Guide": "guide", "TrackType": "tracktype"}


class VisitorHistory:
    """The pages, features, track events and guides of one visitor, each item with the times of its events.

    `objects` has for each source a function that finds the objects of a stored row.
    """

    def __init__(
        self,
        reader: EventRowReader,
        api_key: str,
        visitor: str,
        objects: Mapping[str, Callable[[str], Objects]],
        zone: tzinfo,
    ) -> None:
        self._reader, self._api_key, self._visitor = reader, api_key, visitor
        self._objects, self._zone = objects, zone

    def between(self, start: int, end: int) -> list[dict[str, Any]]:
        """Return the items from `start` until before `end`, in milliseconds since 1970, in the order of time."""
        items = [
            *self._pages(start, end), *self._objects_of(CLICKS, "Feature", start, end),
            *self._objects_of(TRACKS, "TrackType", start, end), *self._guides(start, end),
        ]  # fmt: skip
        return sorted(items, key=lambda item: (item["ts"], item["type"]))

    def _pages(self, start: int, end: int) -> Iterator[dict[str, Any]]:
        """Yield a page for each URL; a page that nobody defined has `untaggedUrl` (documented)."""
        for row in self._rows(LOADS, start, end):
            times = [time for first_last in _times(row, start, end) for time in first_last]
            if not times:
                continue
            seen = {"ts": min(times), "lastTs": max(times)}
            tagged = [id_ for id_, _ in self._objects[LOADS](row.detail) if id_]
            yield from (_item("Page", id_) | seen for id_ in tagged)
            if not tagged:
                yield {"type": "Page", "untaggedUrl": row.detail} | seen

    def _objects_of(self, source: str, kind: str, start: int, end: int) -> Iterator[dict[str, Any]]:
        """Yield an item for each object and hour: the rows count by hour (assumed)."""
        for row in self._rows(source, start, end):
            for first, last in _times(row, start, end):
                for id_, _ in self._objects[source](row.detail):
                    if id_:
                        yield _item(kind, id_) | {"ts": first, "lastTs": last}

    def _guides(self, start: int, end: int) -> Iterator[dict[str, Any]]:
        for row in self._rows(GUIDES, start, end):
            detail = json.loads(row.detail)
            for first, last in _times(row, start, end):
                item = _item("Guide", str(detail.get("guideId") or ""))
                yield item | {"guideStepId": detail.get("guideStepId"), "ts": first, "lastTs": last}

    def _rows(self, source: str, start: int, end: int) -> Iterator[EventRow]:
        stored = self._reader.of_visitor(self._api_key, self._visitor, source, self._days(start, end))
        return (row for _, row in stored)

    def _days(self, start: int, end: int) -> Iterator[int]:
        """Yield the beginnings of the days of a period; days with a change of the clock are shorter or longer."""
        day = period_start("day", start, self._zone)
        while day < end:
            yield day
            day = period_start("day", day + LONGEST_DAY, self._zone)


def _times(row: EventRow, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the times of the first and the last event of each hour of the period."""
    for count in row.hours.values():
        if count.last >= start and count.first < end:
            yield max(count.first, start), min(count.last, end - 1)


def _item(kind: str, id_: str) -> dict[str, Any]:
    name = kind[0].lower() + kind[1:]
    return {"type": kind, f"{name}Id": id_, "uri": f"/api/v1/{_LISTS[kind]}?id={id_}"}
