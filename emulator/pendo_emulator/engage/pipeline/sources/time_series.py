"""Reads a timeSeries: the range of time of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.engage.pipeline.document import suggestion, type_name
from pendo_emulator.engage.pipeline.expressions.periods import add_units, period_start
from pendo_emulator.engage.pipeline.sources.time_range import TimeRange
from pendo_emulator.engage.pipeline.values import is_number

if TYPE_CHECKING:
    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.step import Reading

RANGES: Final = {"hourRange": "hour", "dayRange": "day", "weekRange": "week", "monthRange": "month"}
# One run and one set of results for each period.
ITERATIVE: Final = {"hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month"}
PERIODS: Final = RANGES | ITERATIVE
MAX_COUNT: Final = 1_000_000


def read_time_series(part: Part, reading: Reading) -> TimeRange:
    """Read a timeSeries; raise PipelineError if it is wrong or has several independent periods."""
    entries = dict(part.entries("timeSeries"))
    name = part.member("period").text("period")
    if name not in PERIODS:
        raise part.member("period").error(f"unknown period {name!r}{suggestion(name, PERIODS)}")
    period = PERIODS[name]
    if "first" not in entries or entries["first"].value is None:
        raise part.error("timeSeries needs first: the time of its first period")
    first = _time(part.member("first"), reading)
    try:
        time_range = _range(part, reading, period, first)
        if name in ITERATIVE and time_range.start < time_range.end != _shifted(time_range.start, 1, period, reading):
            raise part.member("period").error(
                f"a timeSeries of several {name} periods is not imitated; use {_range_name(period)}",
                kind="not imitated",
            )
    except (OverflowError, ValueError) as error:
        raise part.error("timeSeries needs times in the years 1 to 9999") from error
    return time_range


def _range(part: Part, reading: Reading, period: str, first: int) -> TimeRange:
    """Return the range from the period of `first` to that of `last`, or of `count` periods.

    With a negative count the periods lie before that of `first`, which is left out (documented). `last` wins over
    `count` (assumed). Nothing is later than the period of now (assumed).
    """
    last, count = part.member("last"), part.member("count")
    zone, now = reading.context.time_zone, reading.context.now
    start = period_start(period, first, zone)
    if last.value is not None:
        end = _shifted(period_start(period, min(_time(last, reading), now), zone), 1, period, reading)
    elif count.value is not None:
        number = _time(count, reading)
        if abs(number) > MAX_COUNT:
            raise count.error(f"count is at most {MAX_COUNT:,}")
        if number < 0:
            start, end = _shifted(start, number, period, reading), start
        else:
            end = _shifted(start, number, period, reading)
        end = min(end, _shifted(period_start(period, now, zone), 1, period, reading))
    else:
        raise part.error("timeSeries needs last or count")
    return TimeRange(period, start, max(start, end))


def _shifted(start: int, count: int, period: str, reading: Reading) -> int:
    return add_units(start, count, period, reading.context.time_zone)


def _time(part: Part, reading: Reading) -> int:
    """Return a number, or the number that an expression in a string gives."""
    value = part.value
    if isinstance(value, str):
        value = reading.expression(part, "a time")({})
        if not is_number(value):
            raise part.error(f"the expression gives {type_name(value)}, not a number of milliseconds")
    if not is_number(value) or value != value or abs(value) > 10**18:  # noqa: PLR0124 - not a number
        raise part.error(f"write a number, or an expression in a string, not {type_name(part.value)}")
    return int(value)


def _range_name(period: str) -> str:
    return next(name for name, unit in RANGES.items() if unit == period)
