"""The table of the functions on dates and times."""

from __future__ import annotations

from typing import Final

from pendo_emulator.engage.pipeline.expressions.functions.date_builders import (
    build_date,
    build_date_add,
    build_date_dist,
    build_format_time,
    build_now,
    build_start_of_period,
)
from pendo_emulator.engage.pipeline.expressions.functions.function import Example, Function

# Monday, 30 November 2026, 13:45:10.250 UTC; the examples run at this time.
EXAMPLE_TIME: Final = 1796046310250
EXAMPLE_MIDNIGHT: Final = 1795996800000
_PERIODS: Final = "`hourly`, `daily`, `weekly`, `monthly` or `quarterly`"


FUNCTIONS: Final = (
    Function(
        "now",
        "now()",
        0,
        0,
        "The time at which the pipeline runs.",
        "documented",
        build_now,
        (
            Example("now()", EXAMPLE_TIME),
            Example("now() - 30 * 1000 * 60 * 60 * 24", EXAMPLE_TIME - 30 * 86_400_000),
        ),
        ("now(1)",),
    ),
    Function(
        "date",
        "date(text) or date(year[, month[, day[, hour[, minute[, second[, nanosecond]]]]]])",
        1,
        7,
        "The time of a text such as `2026-11-30T15:04:05.999`, or of any beginning of one that has the year, or "
        "of numbers. Missing parts are the smallest possible. The numbers may exceed their ranges: month 13 is "
        "January of the next year. A constant text that is no date is an error; one from a row gives null.",
        "documented; numbers out of range, and a text that is no date, are assumed",
        build_date,
        (
            Example('date("2026-11-30T13:45:10.25")', EXAMPLE_TIME),
            Example('date("2026-11-30")', EXAMPLE_MIDNIGHT),
            Example('date("2026")', 1767225600000),
            Example("date(2026, 11, 30)", EXAMPLE_MIDNIGHT),
            Example("date(2026,11,30,13,45,10,250000000)", EXAMPLE_TIME),
            Example("date(2026, 13, 1)", 1798761600000),
            Example("date(text)", None, {"text": "yesterday"}),
            Example("date(2026.5)", None),
            Example("date(x)", None),
        ),
        ("date()", 'date("30.11.2026")', 'date("2026-13")', "date(1, 2, 3, 4, 5, 6, 7, 8)"),
    ),
    Function(
        "startOfPeriod",
        "startOfPeriod(period, time)",
        2,
        2,
        f"The start of the period that contains the time, in the subscription's time zone. Periods are {_PERIODS}; "
        "`hourRange`, `dayRange` and so on mean the same. Weeks begin on Sunday.",
        "documented; hourly and quarterly, and the Range names other than `dayRange`, are assumed",
        build_start_of_period,
        (
            Example('startOfPeriod("daily", now())', EXAMPLE_MIDNIGHT),
            Example('startOfPeriod("dayRange", now())', EXAMPLE_MIDNIGHT),
            Example('startOfPeriod("hourly", now())', EXAMPLE_MIDNIGHT + 13 * 3_600_000),
            Example('startOfPeriod("weekly", now())', EXAMPLE_MIDNIGHT - 86_400_000),
            Example('startOfPeriod("monthly", now())', 1793491200000),
            Example('startOfPeriod("quarterly", now())', 1790812800000),
            Example('startOfPeriod("daily", x)', None),
            Example('startOfPeriod("daily", "2026-11-30")', None),
        ),
        ('startOfPeriod("daily")', 'startOfPeriod(now(), "month")', 'startOfPeriod("month", now())'),
    ),
    Function(
        "dateAdd",
        "dateAdd(time, count, unit)",
        3,
        3,
        "The time `count` units later; a negative count gives an earlier time. Units are `hours`, `days`, `weeks`, "
        "`months`, `quarters` or `years`. The time of day remains the same in the subscription's time zone, except "
        "for hours. A day that a month lacks becomes one of the next month: 31 January plus a month is 3 March.",
        "documented; quarters, years and the missing days of a month are assumed",
        build_date_add,
        (
            Example('dateAdd(date("2026-11-30"), -2, "days")', EXAMPLE_MIDNIGHT - 2 * 86_400_000),
            Example('dateAdd(now(), 1, "hours")', EXAMPLE_TIME + 3_600_000),
            Example('dateAdd(date("2026-01-31"), 1, "months") == date("2026-03-03")', result=True),
            Example('dateAdd(date("2026-11-30"), -1, "years") == date("2025-11-30")', result=True),
            Example('dateAdd(x, 1, "days")', None),
            Example('dateAdd(now(), 1.5, "days")', None),
            Example('dateAdd("today", 1, "days")', None),
        ),
        ("dateAdd(now(), 1)", 'dateAdd(now(), 1, "day")', 'date_add(now(), 1, "days")'),
    ),
    Function(
        "dateDist",
        "dateDist(from, to, period)",
        3,
        3,
        f"How many periods later `to` is than `from`; negative if it is earlier. Periods are {_PERIODS}. It counts "
        "the starts of periods between the times: from 23:59 to 00:01 is one day.",
        "assumed from one client's list of functions",
        build_date_dist,
        (
            Example('dateDist(date("2026-11-28"), now(), "daily")', 2),
            Example('dateDist(now(), date("2026-11-28"), "daily")', -2),
            Example('dateDist(date("2025-12-31"), date("2026-01-01"), "monthly")', 1),
            Example('dateDist(x, now(), "daily")', None),
            Example('dateDist("a", now(), "daily")', None),
        ),
        ("dateDist(a, b)", 'dateDist(a, b, "day")'),
    ),
    Function(
        "formatTime",
        "formatTime(layout, time)",
        2,
        2,
        "The time as a string in the subscription's time zone. The layout shows how 2 January 2006, 15:04:05 "
        "looks, as in the language Go. It has at most 200 characters.",
        "observed in a client's requests",
        build_format_time,
        (
            Example('formatTime("2006-01-02", now())', "2026-11-30"),
            Example('formatTime("Mon Jan 2 15:04:05.000 MST 2006", now())', "Mon Nov 30 13:45:10.250 UTC 2026"),
            Example('formatTime("3:04 PM", now())', "1:45 PM"),
            Example('formatTime("2006-01-02", x)', None),
            Example('formatTime("2006-01-02", "x")', None),
        ),
        ("formatTime(now())", "formatTime(a, b, c)"),
    ),
)
