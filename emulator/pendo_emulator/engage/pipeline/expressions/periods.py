"""Calendar arithmetic in the subscription's time zone. Times are Unix milliseconds.

Periods begin at the full hour, at midnight, on Sunday at midnight and on the first day of the month (documented); those
of a quarter in January, April, July and October (assumed).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY
# Pendo has two families of names; a sample of its documentation uses `dayRange` where a function wants `daily`.
PERIODS: Final = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "hourRange": "hour",
    "dayRange": "day",
    "weekRange": "week",
    "monthRange": "month",
    "quarterRange": "quarter",
}
UNITS: Final = {
    "hours": "hour", "days": "day", "weeks": "week", "months": "month", "quarters": "quarter", "years": "year",
}  # fmt: skip

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_FIRST_SUNDAY: Final = 3 * DAY
# The length of periods in UTC, and the start of one of them.
FIXED: Final = {"hour": (HOUR, 0), "day": (DAY, 0), "week": (WEEK, _FIRST_SUNDAY)}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_DAYS: Final = {"day": 1, "week": 7}


def local_time(time: int, zone: tzinfo) -> datetime:
    """Return a time on the clock of a zone; raise OverflowError outside the years 1 to 9999."""
    return (_EPOCH + timedelta(milliseconds=time)).astimezone(zone)


def unix_time(local: datetime) -> int:
    """Return the Unix milliseconds of a time with its zone."""
    return (local - _EPOCH) // _MILLISECOND


def period_start(period: str, time: int, zone: tzinfo = UTC) -> int:
    """Return the start of the hour, day, week, month or quarter that contains a time.

    Raises OverflowError outside the years 1 to 9999.
    """
    if zone is UTC and period in FIXED:
        length, first = FIXED[period]
        return time - (time - first) % length
    local = local_time(time, zone).replace(minute=0, second=0, microsecond=0)
    if period != "hour":
        local = local.replace(hour=0, fold=0)
    if period == "week":
        local -= timedelta(days=local.isoweekday() % 7)
    elif period == "month":
        local = local.replace(day=1)
    elif period == "quarter":
        local = local.replace(month=(local.month - 1) // 3 * 3 + 1, day=1)
    return unix_time(local)


def add_units(time: int, count: int, unit: str, zone: tzinfo = UTC) -> int:
    """Return the time `count` hours, days, weeks, months, quarters or years later.

    Except for hours, the time of day remains the same on the zone's clock. A day that a month lacks becomes a day of
    the next month, as in Go: 31 January plus one month is 3 March (assumed). Raises OverflowError outside the years 1
    to 9999.
    """
    if unit == "hour":
        return time + count * HOUR
    if unit in _DAYS:
        days = count * _DAYS[unit]
        if zone is UTC:
            return time + days * DAY
        return unix_time(local_time(time, zone).replace(fold=0) + timedelta(days=days))
    local = local_time(time, zone)
    moved = calendar_time(local.year, local.month + count * _MONTHS[unit], local.day, zone)
    return unix_time(
        moved.replace(hour=local.hour, minute=local.minute, second=local.second, microsecond=local.microsecond)
    )


def calendar_time(year: int, month: int, day: int, zone: tzinfo) -> datetime:
    """Return midnight of a date; months above 12 and days above 31 run into the next year or month, as in Go.

    Raises OverflowError outside the years 1 to 9999.
    """
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if not 1 <= year <= 9999:
        raise OverflowError
    return datetime(year, month, 1, tzinfo=zone) + timedelta(days=day - 1)


def period_distance(period: str, start: int, end: int, zone: tzinfo = UTC) -> int:
    """Return how many periods lie between the period of `start` and that of `end`; negative if `end` is earlier.

    Raises OverflowError outside the years 1 to 9999.
    """
    first, last = period_start(period, start, zone), period_start(period, end, zone)
    if period == "hour":
        return round((last - first) / HOUR)
    one, other = local_time(first, zone), local_time(last, zone)
    if period in _DAYS:
        return (other.date() - one.date()).days // _DAYS[period]
    return ((other.year - one.year) * 12 + other.month - one.month) // _MONTHS[period]
