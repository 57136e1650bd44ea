"""The columns of the rows of the grouped event sources, and the rows of whole days."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache
from itertools import groupby, starmap
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pendo_emulator.engage.pipeline.expressions.periods import period_start
from pendo_emulator.engage.sources.default_app import DEFAULT_APP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from pendo_emulator.engage.pipeline.row import Row

# The object of a row, with the row's properties.
Objects = tuple[tuple[str, dict[str, Any]], ...]

# The columns of the store that have the values of columns of a source.
STORED_COLUMNS: Final[Mapping[str, str]] = {
    "visitorId": "visitor", "accountId": "account", "numEvents": "events", "numMinutes": "minutes",
    "firstTime": "first_at", "lastTime": "last_at", "server": "server", "remoteIp": "remote_ip",
    "userAgent": "user_agent", "tabId": "tab",
}  # fmt: skip
_without_key = itemgetter(slice(None, -1))
_LAST_STORED: Final = "tabId"
# Columns that the emulator cannot know (documented names, empty values assumed).
_UNKNOWN: Final[Mapping[str, Any]] = {
    "country": "", "region": "", "latitude": 0, "longitude": 0, "rageClickCount": 0, "errorClickCount": 0,
    "deadClickCount": 0, "uTurnCount": 0, "recordingId": "", "recordingSessionId": "", "lastKeyFrameTimestamp": 0,
    "analyticsSessionId": "", "signatureAgent": "",
}  # fmt: skip


@lru_cache(maxsize=4096)
def row_template(id_field: str, period: str, at: int, zone: tzinfo, columns: frozenset[str] | None = None) -> Row:
    """Return a row of a period, in the order of its columns, to be copied; None is in the place of other values.

    `columns` are the columns of the row, None for all.
    """
    row: Row = {"visitorId": None, "accountId": None, "appId": DEFAULT_APP, id_field: None}
    row |= {name: None for name in STORED_COLUMNS if name != _LAST_STORED}
    row |= _period_columns(period, at, zone) | {_LAST_STORED: None, **_UNKNOWN, "properties": None}
    return row if columns is None else {name: value for name, value in row.items() if name in columns}


def day_columns(id_field: str) -> frozenset[str]:
    """Return the names of all columns of the rows of days."""
    return frozenset(row_template(id_field, "day", 0, UTC))


def stored_names(columns: frozenset[str] | None) -> list[str]:
    """Return the columns that have stored values."""
    return [name for name in STORED_COLUMNS if columns is None or name in columns]


def rows_of_objects(
    stored: Iterable[tuple[Any, ...]],
    names: Sequence[str],
    find: Callable[[str], Objects],
    id_field: str,
    template: Callable[[int], Row],
) -> Iterator[Row]:
    """Yield the rows of days, one for each object of a stored row.

    A stored row has its day, the values of the columns `names`, and its detail; `find` returns the objects of a detail.
    Other columns have the values of the day's template.
    """
    fields = ("day", *names)
    detail = len(fields)
    as_row = msgspec.structs.asdict
    for day, rows in groupby(stored, itemgetter(0)):
        row_type = _row_type(fields, template(day))
        for values in rows:
            for id_, properties in find(values[detail]):
                row = as_row(row_type(*values[:detail]))
                row[id_field], row["properties"] = id_, properties
                yield row


def rows_of_one_object(
    stored: Iterable[tuple[Any, ...]], names: Sequence[str], own: Row, template: Callable[[int], Row]
) -> Iterator[Row]:
    """Yield the rows of days, one for each stored row: all have the same object, whose columns are `own`.

    A stored row has its day, the values of the columns `names`, and its key. Other columns have the values of the day's
    template. This takes less time than looking for the objects of each row.
    """
    fields = ("day", *names)
    for day, rows in groupby(stored, itemgetter(0)):
        row_type = _row_type(fields, template(day) | own)
        yield from map(msgspec.structs.asdict, starmap(row_type, map(_without_key, rows)))


def _row_type(fields: Sequence[str], template: Row) -> Callable[..., Any]:
    """Return a type whose instances have the values of fields, and those of the template for other columns.

    Making such an instance a dictionary takes half the time of copying the template and changing the copy.
    """
    constants = [(name, Any, value) for name, value in template.items() if name not in fields]
    return msgspec.defstruct("DayRow", [*fields, *constants], gc=False)


@lru_cache(maxsize=4096)
def start_of(period: str, at: int, zone: tzinfo) -> int:
    """Return the beginning of the period that contains the beginning of a day."""
    return at if period == "day" else period_start(period, at, zone)


def _period_columns(period: str, at: int, zone: tzinfo) -> dict[str, int]:
    """Return the columns with the beginnings of the periods: `hour` without `day`, or `day` (observed)."""
    own = {"hour": at} if period == "hour" else {"day": at}
    return own | {name: start_of(name, at, zone) for name in ("week", "month", "quarter")}
