"""Dates and times follow the subscription's time zone and the passed-in time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_emulator.engage.pipeline.expressions import ExpressionContext
from pendo_emulator.engage.pipeline.expressions.periods import PERIODS, UNITS, add_units, period_distance, period_start
from tests.emulator.engage.pipeline.expressions.expression_cases import evaluate

ZONES = [UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")]
ZONES += [ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Etc/UTC")]
times = st.integers(-2_208_988_800_000, 4_102_444_800_000)
zones = st.sampled_from(ZONES)
periods = st.sampled_from(sorted(set(PERIODS.values())))


def context(*parts, zone="UTC"):
    return ExpressionContext(now=ms(*parts, zone=zone), time_zone=ZoneInfo(zone))


def ms(*parts, zone="UTC"):
    return int(datetime(*parts, tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def test_now_is_the_time_of_the_context():
    assert evaluate("now()", context=ExpressionContext(now=5)) == 5


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('startOfPeriod("daily", now())', (2026, 3, 29)),
        ('startOfPeriod("hourly", now())', (2026, 3, 29, 12)),
        ('startOfPeriod("weekly", now())', (2026, 3, 29)),
        ('startOfPeriod("monthly", now())', (2026, 3, 1)),
        ('startOfPeriod("quarterly", now())', (2026, 1, 1)),
        ('dateAdd(now(), 1, "days")', (2026, 3, 30, 12, 30)),
        ('dateAdd(now(), -1, "days")', (2026, 3, 28, 12, 30)),
        ('dateAdd(now(), -24, "hours")', (2026, 3, 28, 11, 30)),
        ('dateAdd(now(), 2, "months")', (2026, 5, 29, 12, 30)),
        ('dateAdd(now(), -1, "quarters")', (2025, 12, 29, 12, 30)),
        ('dateAdd(now(), 1, "years")', (2027, 3, 29, 12, 30)),
        ('date("2026-03-29")', (2026, 3, 29)),
        ("date(2026, 3, 29, 12, 30)", (2026, 3, 29, 12, 30)),
    ],
)
def test_days_begin_in_the_subscription_time_zone(text, parts):
    berlin = context(2026, 3, 29, 12, 30, zone="Europe/Berlin")
    assert evaluate(text, context=berlin) == ms(*parts, zone="Europe/Berlin")


def test_a_day_without_an_hour_has_23_hours():
    berlin = context(2026, 3, 29, 12, zone="Europe/Berlin")
    text = 'dateAdd(startOfPeriod("daily", now()), 1, "days") - startOfPeriod("daily", now())'
    assert evaluate(text, context=berlin) == 23 * 3_600_000


@pytest.mark.parametrize(
    ("layout", "shown"),
    [
        ("2006-01-02", "2026-03-08"), ("Jan _2 06", "Mar  8 26"), ("January 2, 2006", "March 8, 2026"),
        ("Monday Mon", "Sunday Sun"), ("15:04:05", "17:05:09"), ("3:4:5 PM", "5:5:9 PM"), ("03pm", "05pm"),
        ("002", "067"), (".000", ".250"), (",999", ",25"), ("05.000000", "09.250000"), ("-0700", "+0545"),
        ("-07:00", "+05:45"), ("Z07:00", "+05:45"), ("-07", "+05"), ("MST", "+0545"), ("1/2/2006", "3/8/2026"),
        ("2006-01-02T15:04:05.999Z07:00", "2026-03-08T17:05:09.25+05:45"), ("", ""), ("Week", "Week"),
        ("__2 _2", " 67  8"), ("Monthly", "Monthly"), ("20060102", "20260308"),
    ],
)  # fmt: skip
def test_layouts_are_those_of_go(layout, shown):
    nepal = context(2026, 3, 8, 17, 5, 9, 250_000, zone="Asia/Kathmandu")
    assert evaluate(f'formatTime("{layout}", now())', context=nepal) == shown
    assert evaluate("formatTime(layout, now())", {"layout": layout}, nepal) == shown


def test_an_offset_of_zero_is_z_only_where_the_layout_has_z():
    utc = context(2026, 1, 1, 0, 30)
    assert evaluate('formatTime("Z0700 -0700 3 PM 12", now())', context=utc) == "Z +0000 12 AM 11"


@given(periods, times, zones)
def test_a_period_contains_its_time_and_starts_once(period, time, zone):
    start = period_start(period, time, zone)
    assert start <= time < period_start(period, add_units(start, 1, period, zone) + 1, zone)
    assert period_start(period, start, zone) == start
    assert period_distance(period, start, time, zone) == 0


@given(st.sampled_from(["hour", "day", "week", "month", "quarter"]), times, st.integers(-50, 50), zones)
def test_distances_between_period_starts_are_the_steps_between_them(period, time, count, zone):
    start = period_start(period, time, zone)
    later = period_start(period, add_units(start, count, period, zone) + 1, zone)
    if period == "hour" and zone is not UTC:
        assert abs(period_distance(period, start, later, zone) - count) <= 1
    else:
        assert period_distance(period, start, later, zone) == count


@given(times, st.sampled_from(["hour", "day", "week", "month", "quarter"]))
def test_both_ways_to_start_a_period_agree(time, period):
    assert period_start(period, time, UTC) == period_start(period, time, ZoneInfo("Etc/UTC"))


@given(times, st.integers(-400, 400))
def test_whole_days_in_utc_are_24_hours(time, days):
    assert add_units(time, days, "day", UTC) == add_units(time, days, "day", ZoneInfo("Etc/UTC"))
    assert add_units(time, days, "day", UTC) == add_units(time, 24 * days, "hour", UTC)


@given(times, zones)
def test_a_formatted_date_is_read_as_the_same_time(time, zone):
    row, here = {"t": time}, ExpressionContext(now=0, time_zone=zone)
    text = evaluate('formatTime("2006-01-02T15:04:05.000", t)', row, here)
    repeated = abs(evaluate("date(s)", {"s": text}, here) - time)
    assert repeated == 0 or timedelta(milliseconds=repeated) in (timedelta(hours=1), timedelta(minutes=30)) or time < 0


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("count", [10**9, -(10**9), 10**30])
def test_times_out_of_range_give_null(unit, count):
    assert evaluate("dateAdd(now(), n, unit)", {"n": count, "unit": unit}) is None


def test_unknown_periods_of_a_row_give_null():
    for text in ("startOfPeriod(p, now())", "dateAdd(now(), 1, p)", "dateDist(now(), now(), p)", "date(p)"):
        assert evaluate(text, {"p": "fortnightly"}) is None
