"""Liquid's date filters, in UTC unless a zone is given, by its name or as minutes west of UTC."""

from __future__ import annotations

import datetime as dt
import math
import zoneinfo
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from liquid.exceptions import FilterArgumentError

from pendo_destination.javascript.values import is_nullish, is_number, number, text
from pendo_destination.mapping.liquid.filters.date_text import instant
from pendo_destination.mapping.liquid.filters.strftime import Moment, strftime
from pendo_destination.mapping.liquid.value import amount, plain, written

if TYPE_CHECKING:
    from collections.abc import Callable

_LAYOUT: Final = "%A, %B %-e, %Y at %-l:%M %P %z"
_LATEST: Final = 8.64e15
_FIRST_ZONED, _LAST_ZONED = (int(dt.datetime(year, 1, 1, tzinfo=dt.UTC).timestamp()) for year in (2, 9999))


def formatted(value: Any, layout: Any = None, zone: Any = None) -> Any:
    """Write a date; what cannot be read as one stays as it is."""
    milliseconds = read(plain(value))
    if not abs(milliseconds) <= _LATEST:
        return value
    whole = math.trunc(milliseconds)
    moment = Moment.of(whole, *_zone(zone, whole))
    return strftime(moment, _LAYOUT if is_nullish(plain(layout)) else written(layout))


def spelled(month: str) -> Callable[..., Any]:
    """Make a filter that writes day, month and year; the day can be ordinal, and come after the month as in the US."""

    def spell(value: Any, kind: Any = None, style: Any = None) -> Any:
        if kind != "ordinal":
            return formatted(value, f"%d {month} %Y")
        return formatted(value, f"{month} %-d%q, %Y" if style == "US" else f"%-d%q {month} %Y")

    return spell


def read(value: Any) -> float:
    """Read seconds since 1970 (digits, too), `now`, or what `new Date` takes as milliseconds since 1970, else NaN."""
    if is_nullish(value):
        return math.nan
    if value in ("now", "today"):
        return dt.datetime.now(dt.UTC).timestamp() * 1000
    if isinstance(value, (bool, dt.datetime)):
        return number(value)
    if is_number(value) or (isinstance(value, str) and value.isascii() and value.isdigit()):
        return number(value) * 1000
    return instant(text(value))


def _zone(zone: Any, milliseconds: int) -> tuple[float, str]:
    if is_nullish(zone):
        return 0, "UTC"
    if not isinstance(zone, str):
        return amount(zone), ""
    if zone.lower() not in _zones():
        raise FilterArgumentError(f"Invalid time zone specified: {zone}", token=None)
    seconds = max(_FIRST_ZONED, min(milliseconds // 1000, _LAST_ZONED))
    offset = dt.datetime.fromtimestamp(seconds, zoneinfo.ZoneInfo(_zones()[zone.lower()])).utcoffset()
    return -(offset or dt.timedelta()).total_seconds() / 60, zone


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in zoneinfo.available_timezones()}


DATE_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "date": formatted,
    "date_to_long_string": spelled("%B"),
    "date_to_rfc822": lambda value: formatted(value, "%a, %d %b %Y %H:%M:%S %z"),
    "date_to_string": spelled("%b"),
    "date_to_xmlschema": lambda value: formatted(value, "%Y-%m-%dT%H:%M:%S%:z"),
}
