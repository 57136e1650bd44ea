"""Compiles the functions on dates and times, which are Unix milliseconds."""

from __future__ import annotations

import math
import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.common.safe_text import visible
from pendo_emulator.engage.pipeline.expressions.error import ExpressionError
from pendo_emulator.engage.pipeline.expressions.functions.function import null_if_null
from pendo_emulator.engage.pipeline.expressions.functions.go_layout import compile_layout
from pendo_emulator.engage.pipeline.expressions.operand import NUMERIC
from pendo_emulator.engage.pipeline.expressions.periods import (
    FIXED,
    PERIODS,
    UNITS,
    add_units,
    calendar_time,
    local_time,
    period_distance,
    period_start,
    unix_time,
)
from pendo_emulator.engage.pipeline.expressions.values import whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

    from pendo_emulator.engage.pipeline.expressions.context import ExpressionContext
    from pendo_emulator.engage.pipeline.expressions.operand import Evaluate, Operand, Row

MAX_LAYOUT: Final = 200
# The years 1 to 9999.
EARLIEST: Final = -62_135_596_800_000
LATEST: Final = 253_402_300_799_999

_DATE: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?)?)?)?)?"
)


def build_now(_: tuple[Operand, ...], context: ExpressionContext) -> Evaluate:
    """Compile `now`: the time of the context."""
    return lambda _: context.now


def build_date(arguments: tuple[Operand, ...], context: ExpressionContext) -> Evaluate:
    """Compile `date` of a text or of numbers."""
    zone = context.time_zone

    def date(*values: Any) -> int | None:
        if len(values) == 1 and values[0].__class__ is str:
            return read_date(values[0], zone)
        numbers = [whole_number(value) for value in values]
        return None if None in numbers else date_of_numbers([number or 0 for number in numbers], zone)

    first = arguments[0]
    if len(arguments) == 1 and first.value.__class__ is str and read_date(first.value, zone) is None:
        raise ExpressionError('write a date such as "2026-11-30" or "2026-11-30T15:04:05.999"', first.column)
    return null_if_null(null_if_out_of_range(date))(arguments, context)


def read_date(text: str, zone: tzinfo) -> int | None:
    """Return the time of a text such as `2026-11-30T15:04:05.999`, or of its beginning; None for other texts."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (
        int(part or least) for part, least in zip(found.groups(), (0, 1, 1, 0, 0, 0), strict=False)
    )
    try:
        local = calendar_time(year, 1, 1, zone).replace(
            month=month, day=day, hour=hour, minute=minute, second=second, microsecond=_microseconds(found[7])
        )
        return unix_time(local)
    except (ValueError, OverflowError):
        return None


def date_of_numbers(numbers: list[int], zone: tzinfo) -> int:
    """Return the time of a year, month, day, hour, minute, second and nanosecond, of which the last may be missing."""
    year, month, day, hour, minute, second, nanosecond = [*numbers, *(0, 1, 1, 0, 0, 0, 0)[len(numbers) :]]
    midnight = calendar_time(year, month, day, zone)
    of_day = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=nanosecond // 1000)
    return unix_time(midnight + of_day)


def build_start_of_period(arguments: tuple[Operand, ...], context: ExpressionContext) -> Evaluate:
    """Compile `startOfPeriod`."""
    zone = context.time_zone
    _check_name(arguments[0], PERIODS, "period")

    def start_of_period(period: Any, time: Any) -> int | None:
        name, milliseconds = _known(period, PERIODS), _time(time)
        return None if name is None or milliseconds is None else period_start(name, milliseconds, zone)

    read = null_if_null(null_if_out_of_range(start_of_period))(arguments, context)
    period, time = arguments
    name = _known(period.value, PERIODS)
    return _fixed_period_start(*FIXED[name], time.read, read) if zone is UTC and name in FIXED else read


def _fixed_period_start(length: int, first: int, time: Evaluate, otherwise: Evaluate) -> Evaluate:
    """Return a fast function for hours, days and weeks in UTC."""

    def read(row: Row) -> Any:
        value = time(row)
        if value.__class__ is int and 0 <= value <= LATEST:
            return value - (value - first) % length
        return otherwise(row)

    return read


def build_date_add(arguments: tuple[Operand, ...], context: ExpressionContext) -> Evaluate:
    """Compile `dateAdd`."""
    zone = context.time_zone
    _check_name(arguments[2], UNITS, "unit")

    def date_add(time: Any, count: Any, unit: Any) -> int | None:
        milliseconds, steps, name = _time(time), whole_number(count), _known(unit, UNITS)
        if milliseconds is None or steps is None or name is None:
            return None
        return add_units(milliseconds, steps, name, zone)

    return null_if_null(null_if_out_of_range(date_add))(arguments, context)


def build_date_dist(arguments: tuple[Operand, ...], context: ExpressionContext) -> Evaluate:
    """Compile `dateDist`."""
    zone = context.time_zone
    _check_name(arguments[2], PERIODS, "period")

    def date_dist(start: Any, end: Any, period: Any) -> int | None:
        first, last, name = _time(start), _time(end), _known(period, PERIODS)
        return None if first is None or last is None or name is None else period_distance(name, first, last, zone)

    return null_if_null(null_if_out_of_range(date_dist))(arguments, context)


def build_format_time(arguments: tuple[Operand, ...], context: ExpressionContext) -> Evaluate:
    """Compile `formatTime`."""
    zone, layout = context.time_zone, arguments[0]
    if layout.value.__class__ is str and len(layout.value) > MAX_LAYOUT:
        raise ExpressionError(f"write a layout of at most {MAX_LAYOUT} characters", layout.column)
    compiled = compile_layout(layout.value) if layout.value.__class__ is str else None

    def format_time(form: Any, time: Any) -> str | None:
        milliseconds = _time(time)
        if milliseconds is None or form.__class__ is not str or len(form) > MAX_LAYOUT:
            return None
        return (compiled or compile_layout(form))(local_time(milliseconds, zone))

    return null_if_null(null_if_out_of_range(format_time))(arguments, context)


def null_if_out_of_range(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that returns None if a result is outside the years 1 to 9999."""

    def bounded(*values: Any) -> Any:
        try:
            result = function(*values)
        except (OverflowError, ValueError):
            return None
        return result if result.__class__ is str or _time(result) is not None else None

    return bounded


def _microseconds(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))


def _time(value: Any) -> int | None:
    return math.floor(value) if value.__class__ in NUMERIC and EARLIEST <= value <= LATEST else None


def _known(name: Any, names: Mapping[str, str]) -> str | None:
    return names.get(name) if name.__class__ is str else None


def _check_name(argument: Operand, names: Mapping[str, str], kind: str) -> None:
    """Raise ExpressionError if a constant argument is no name of a period or unit."""
    if not argument.is_constant or argument.value is None or _known(argument.value, names):
        return
    if argument.value.__class__ is not str:
        raise ExpressionError(f'write the name of a {kind} here, such as "{next(iter(names))}"', argument.column)
    near = nearest(argument.value, names)
    advice = f'write "{near}"' if near else f"use one of {', '.join(names)}"
    raise ExpressionError(f"no {kind} is called {visible(argument.value, 60)}: {advice}", argument.column)
