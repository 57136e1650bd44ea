"""Reads the rows of events from the store, page by page."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from sqlalchemy import bindparam, select

from pendo_emulator.engage.rows.event_row import EventRow, TrackType, decode_counts, decode_track_type
from pendo_emulator.engage.rows.row_changes import TRACK_TYPES, RowKey, visitor_key
from pendo_emulator.storage.reader import table_clause
from pendo_emulator.storage.storable_text import storable
from pendo_emulator.storage.tables import EVENT_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pendo_emulator.storage.reader import Reader

# Rows that are in memory at the same time.
PAGE: Final = 5_000
_MANY: Final = 500
MAX_DETAILS: Final = 20_000
_ROWS: Final = table_clause(EVENT_ROWS)
_VALUES: Final = (
    "visitor", "account", "server", "remote_ip", "user_agent", "tab", "detail", "events", "minutes", "first_at",
    "last_at", "document",
)  # fmt: skip
# Follows every character of a key.
_AFTER_KEYS: Final = "g"
_IN_SOURCE: Final = (_ROWS.c.api_key == bindparam("api_key"), _ROWS.c.source == bindparam("source"))
_OF_DAY: Final = (*_IN_SOURCE, _ROWS.c.day == bindparam("day"))
_DOCUMENTS: Final = select(_ROWS.c.row_key, _ROWS.c.document).where(
    *_OF_DAY, _ROWS.c.row_key.in_(bindparam("keys", expanding=True))
)
_FROM_DAY: Final = (*_IN_SOURCE, _ROWS.c.day >= bindparam("start"), _ROWS.c.day < bindparam("end"))
_AFTER_KEY: Final = (*_OF_DAY, _ROWS.c.row_key > bindparam("after"))
# The beginning of the first day, and a time until which days begin; None for all days.
Days: TypeAlias = "tuple[int | None, int | None]"
# Days before and after all others.
_FIRST: Final = -(2**62)
_LAST: Final = 2**62


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
                place = {"api_key": storable(api_key), "source": source, "day": day}
                rows = self._reader.fetch_tuples(_DOCUMENTS, {**place, "keys": wanted[start : start + _MANY]})
                found.update((RowKey(source, day, row_key), document) for row_key, document in rows)
        return found

    def rows(self, api_key: str, source: str, days: Days, details: Sequence[str] | None = None) -> Iterator[DayRow]:
        """Yield the rows of some days, ordered by day; `details` are the only details of the rows, None for all."""
        for page in self.pages(api_key, source, days, _VALUES, details):
            for day, *values, document, _ in page:
                yield DayRow(day, _event_row(values, document))

    def details(self, api_key: str, source: str, days: Days) -> list[str] | None:
        """Return the different details of the rows of some days, None if they are more than MAX_DETAILS."""
        statement = select(_ROWS.c.detail).distinct().where(*_FROM_DAY).limit(MAX_DETAILS + 1)
        place = {"api_key": storable(api_key), "source": source, **_bounds(days)}
        found = [detail for (detail,) in self._reader.fetch_tuples(statement, place)]
        return found if len(found) <= MAX_DETAILS else None

    def pages(
        self, api_key: str, source: str, days: Days, columns: Sequence[str], details: Sequence[str] | None = None
    ) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Yield the day, some columns and the key of the same rows, in lists of at most PAGE rows."""
        chosen = select(_ROWS.c.day, *(_ROWS.c[name] for name in columns), _ROWS.c.row_key).limit(PAGE)
        place: dict[str, Any] = {"api_key": storable(api_key), "source": source}
        if details is not None:
            chosen = chosen.where(_ROWS.c.detail.in_(bindparam("details", expanding=True)))
            place["details"] = details
        next_days = chosen.where(*_FROM_DAY).order_by(_ROWS.c.day, _ROWS.c.row_key)
        same_day = chosen.where(*_AFTER_KEY).order_by(_ROWS.c.row_key)
        bounds = _bounds(days)
        while True:
            page = first = self._reader.fetch_tuples(next_days, place | bounds)
            # An index finds the rest of the last day, then the next days; it does not find both at once.
            while page:
                yield page
                last_day, *_, last_key = page[-1]
                if len(page) < PAGE:
                    break
                page = self._reader.fetch_tuples(same_day, place | {"day": last_day, "after": last_key})
            if len(first) < PAGE:
                return
            bounds["start"] = last_day + 1

    def of_visitor(self, api_key: str, visitor: str, source: str, days: Iterable[int]) -> list[DayRow]:
        """Return a visitor's rows of some days."""
        statement = select(*(_ROWS.c[name] for name in _VALUES)).where(
            *_OF_DAY, _ROWS.c.row_key.between(bindparam("first"), bindparam("last"))
        )
        statement = statement.order_by(_ROWS.c.row_key).limit(PAGE)
        key = visitor_key(visitor)
        place = {"api_key": storable(api_key), "source": source, "first": key, "last": key + _AFTER_KEYS}
        return [
            DayRow(day, _event_row(values, document))
            for day in days
            for *values, document in self._reader.fetch_tuples(statement, place | {"day": day})
            if values[0] == visitor
        ]

    def track_types(self, api_key: str) -> list[TrackType]:
        """Return the track types, ordered by name."""
        statement = select(_ROWS.c.document).where(
            _ROWS.c.api_key == storable(api_key), _ROWS.c.source == TRACK_TYPES, _ROWS.c.day == 0
        )
        types = (decode_track_type(document) for (document,) in self._reader.fetch_tuples(statement))
        return sorted(types, key=lambda track_type: track_type.name)


def _bounds(days: Days) -> dict[str, int]:
    start, end = days
    return {"start": _FIRST if start is None else start, "end": _LAST if end is None else end}


def _event_row(values: Sequence[Any], document: str) -> EventRow:
    counts = decode_counts(document)
    return EventRow._make((*values, counts.hours, counts.exchanges))
