"""Reads the stored rows of events, page by page."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select, tuple_

from pendo_emulator.engage.rows.event_row import (
    DaySummary,
    EventRow,
    TrackType,
    decode_row,
    decode_summary,
    decode_track_type,
)
from pendo_emulator.engage.rows.row_changes import TRACK_TYPES, RowKey
from pendo_emulator.storage.reader import table_clause
from pendo_emulator.storage.storable_text import storable
from pendo_emulator.storage.tables import EVENT_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_emulator.storage.reader import Reader

# Rows that are in memory at the same time.
PAGE: Final = 5_000
_MANY: Final = 500
_ROWS: Final = table_clause(EVENT_ROWS)


class DayRow(NamedTuple):
    """A stored row and the day on which its events happened."""

    day: int
    row: EventRow


class EventRowReader:
    """Reads the rows of a store; every method raises StoreError if the store cannot be read."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def documents(self, api_key: str, keys: Iterable[RowKey]) -> dict[RowKey, str]:
        """Return the documents of rows by key; keys without a row are left out."""
        found: dict[RowKey, str] = {}
        for (source, day), group in groupby(sorted(keys), key=lambda key: key[:2]):
            wanted = [key.row_key for key in group]
            for start in range(0, len(wanted), _MANY):
                statement = select(_ROWS.c.row_key, _ROWS.c.document).where(
                    _ROWS.c.api_key == storable(api_key), _ROWS.c.source == source, _ROWS.c.day == day,
                    _ROWS.c.row_key.in_(wanted[start : start + _MANY]),
                )  # fmt: skip
                rows = self._reader.fetch_all(statement)
                found.update((RowKey(source, day, row_key), document) for row_key, document in rows)
        return found

    def rows(self, api_key: str, source: str, start: int | None, end: int | None) -> Iterator[DayRow]:
        """Yield the rows of the days from `start` until before `end`, None for all; ordered by day."""
        for day, document in self._documents(api_key, source, start, end):
            yield DayRow(day, decode_row(document))

    def summaries(
        self, api_key: str, source: str, start: int | None, end: int | None
    ) -> Iterator[tuple[int, DaySummary]]:
        """Yield the same rows without their hours, which takes less time."""
        for day, document in self._documents(api_key, source, start, end):
            yield day, decode_summary(document)

    def _documents(self, api_key: str, source: str, start: int | None, end: int | None) -> Iterator[tuple[int, str]]:
        columns = (_ROWS.c.day, _ROWS.c.row_key, _ROWS.c.document)
        statement = select(*columns).where(_ROWS.c.api_key == storable(api_key), _ROWS.c.source == source)
        if start is not None:
            statement = statement.where(_ROWS.c.day >= start)
        if end is not None:
            statement = statement.where(_ROWS.c.day < end)
        statement = statement.order_by(_ROWS.c.day, _ROWS.c.row_key).limit(PAGE)
        page = self._reader.fetch_all(statement)
        while page:
            yield from [(day, document) for day, _, document in page]
            if len(page) < PAGE:
                return
            after = tuple_(_ROWS.c.day, _ROWS.c.row_key) > tuple_(page[-1][0], page[-1][1])
            page = self._reader.fetch_all(statement.where(after))

    def of_visitor(self, api_key: str, visitor: str, source: str, start: int, end: int) -> list[DayRow]:
        """Return a visitor's rows of the days from `start` until before `end`."""
        statement = select(_ROWS.c.day, _ROWS.c.document).where(
            _ROWS.c.api_key == storable(api_key), _ROWS.c.visitor == storable(visitor), _ROWS.c.source == source,
            _ROWS.c.day >= start, _ROWS.c.day < end,
        )  # fmt: skip
        rows = self._reader.fetch_all(statement.order_by(_ROWS.c.day, _ROWS.c.row_key).limit(PAGE))
        return [DayRow(day, decode_row(document)) for day, document in rows]

    def track_types(self, api_key: str) -> list[TrackType]:
        """Return the track types, ordered by name."""
        statement = select(_ROWS.c.document).where(
            _ROWS.c.api_key == storable(api_key), _ROWS.c.source == TRACK_TYPES, _ROWS.c.day == 0
        )
        types = (decode_track_type(document) for (document,) in self._reader.fetch_all(statement))
        return sorted(types, key=lambda track_type: track_type.name)
