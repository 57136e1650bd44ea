"""Liquid's date filters, in UTC."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from destination.javascript import is_number
from destination.mapping.liquid.value import written

if TYPE_CHECKING:
    from collections.abc import Callable

_LAYOUT: Final = "%A, %B %-e, %Y at %-l:%M %P %z"


def formatted(value: Any, layout: Any = _LAYOUT) -> Any:
    """Write a date; what cannot be read as one stays as it is."""
    date = read(value)
    if date is None:
        return value
    milliseconds, seconds = f"{date.microsecond // 1000:03d}", f"{date.timestamp():.0f}"
    return date.strftime(written(layout).replace("%L", milliseconds).replace("%s", seconds))


def read(value: Any) -> dt.datetime | None:
    """Read a Date, seconds since 1970 (in a string as well), an ISO date or `now`, of the years 1 to 9999."""
    if isinstance(value, str) and value in {"now", "today"}:
        return dt.datetime.now(dt.UTC)
    try:
        date = _parsed(value)
    except (ValueError, OverflowError):
        return None
    return date.replace(tzinfo=date.tzinfo or dt.UTC).astimezone(dt.UTC)


def _parsed(value: Any) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    if is_number(value) or (isinstance(value, str) and re.fullmatch("[0-9]+", value)):
        return dt.datetime.fromtimestamp(float(value), dt.UTC)
    return dt.datetime.fromisoformat(written(value))


DATE_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "date": formatted,
    "date_to_long_string": lambda value: formatted(value, "%d %B %Y"),
    "date_to_rfc822": lambda value: formatted(value, "%a, %d %b %Y %H:%M:%S %z"),
    "date_to_string": lambda value: formatted(value, "%d %b %Y"),
    "date_to_xmlschema": lambda value: formatted(value, "%Y-%m-%dT%H:%M:%S+00:00"),
}
