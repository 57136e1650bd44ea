"""Liquid's date filters; a time zone is a name or a number of minutes west of UTC, and UTC by default."""

from __future__ import annotations

import datetime as dt
import math
import zoneinfo
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from liquid.exceptions import FilterArgumentError

from pendo_destination.javascript.values import is_nullish, is_number, number, text
from pendo_destination.mapping.liquid.filters.date_text import parse_date
from pendo_destination.mapping.liquid.filters.strftime import LocalTime, strftime
from pendo_destination.mapping.liquid.value import render_value, to_javascript, to_number

if TYPE_CHECKING:
    from collections.abc import Callable

_DEFAULT_LAYOUT: Final = "%A, %B %-e, %Y at %-l:%M %P %z"
_MAX_MILLISECONDS: Final = 8.64e15  # the range of a JavaScript Date
# Python's datetime has the years 1 to 9999; outside of them the offset of the nearest second counts.
_FIRST_SECOND, _LAST_SECOND = (int(dt.datetime(year, 1, 1, tzinfo=dt.UTC).timestamp()) for year in (2, 9999))


def format_date(value: Any, layout: Any = None, zone: Any = None) -> Any:
    """Format a date; return a value that is not a date unchanged."""
    milliseconds = to_milliseconds(to_javascript(value))
    if not abs(milliseconds) <= _MAX_MILLISECONDS:
        return value
    whole = math.trunc(milliseconds)
    time = LocalTime.at(whole, *_zone_offset(zone, whole))
    return strftime(time, _DEFAULT_LAYOUT if is_nullish(to_javascript(layout)) else render_value(layout))


def day_month_year(month: str) -> Callable[..., Any]:
    """Return a filter that writes day, month and year, with an ordinal day or in US order if the arguments say so."""

    def format_day(value: Any, kind: Any = None, style: Any = None) -> Any:
        if kind != "ordinal":
            return format_date(value, f"%d {month} %Y")
        return format_date(value, f"{month} %-d%q, %Y" if style == "US" else f"%-d%q {month} %Y")

    return format_day


def to_milliseconds(value: Any) -> float:
    """Convert a value to milliseconds since 1970; NaN if it is not a date.

    Numbers and digits are seconds since 1970, `now` and `today` the current time; `new Date` parses any other text.
    """
    if is_nullish(value):
        return math.nan
    if value in ("now", "today"):
        return dt.datetime.now(dt.UTC).timestamp() * 1000
    if isinstance(value, (bool, dt.datetime)):
        return number(value)
    if is_number(value) or (isinstance(value, str) and value.isascii() and value.isdigit()):
        return number(value) * 1000
    return parse_date(text(value))


def _zone_offset(zone: Any, milliseconds: int) -> tuple[float, str]:
    """Return a zone's minutes west of UTC at a time, and its name."""
    if is_nullish(zone):
        return 0, "UTC"
    if not isinstance(zone, str):
        return to_number(zone), ""
    if zone.lower() not in _zone_names():
        raise FilterArgumentError(f"Invalid time zone specified: {zone}", token=None)
    seconds = max(_FIRST_SECOND, min(milliseconds // 1000, _LAST_SECOND))
    offset = dt.datetime.fromtimestamp(seconds, zoneinfo.ZoneInfo(_zone_names()[zone.lower()])).utcoffset()
    return -(offset or dt.timedelta()).total_seconds() / 60, zone


@cache
def _zone_names() -> dict[str, str]:
    return {name.lower(): name for name in zoneinfo.available_timezones()}


DATE_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "date": format_date,
    "date_to_long_string": day_month_year("%B"),
    "date_to_rfc822": lambda value: format_date(value, "%a, %d %b %Y %H:%M:%S %z"),
    "date_to_string": day_month_year("%b"),
    "date_to_xmlschema": lambda value: format_date(value, "%Y-%m-%dT%H:%M:%S%:z"),
}
