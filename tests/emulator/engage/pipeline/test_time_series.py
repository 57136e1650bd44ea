"""Time ranges begin and end with whole periods in the subscription's time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pendo_emulator.engage.pipeline import ExpressionContext, PipelineError, read_request
from tests.emulator.engage.pipeline.pipeline_runs import NOW, document

BERLIN = ZoneInfo("Europe/Berlin")


def at(text, zone="+00:00"):
    text = text if "T" in text else f"{text}T00:00"
    return int(datetime.fromisoformat(f"{text}{zone}").timestamp() * 1000)


def time_range(context=None, **time_series):
    source = {"source": {"events": None, "timeSeries": time_series}}
    found = read_request(document(source), context or ExpressionContext(NOW)).time_range
    return found.start, found.end


def error_of(**time_series):
    with pytest.raises(PipelineError) as raised:
        time_range(**time_series)
    return raised.value


DAY, TODAY, TOMORROW = 86_400_000, at("2026-11-29"), at("2026-11-30")


@pytest.mark.parametrize(
    ("time_series", "start", "end"),
    [
        ({"first": at("2026-11-27T05:00"), "last": at("2026-11-28T01:00")}, at("2026-11-27"), at("2026-11-29")),
        ({"first": "now()", "count": 1}, TODAY, TOMORROW),
        ({"first": "now()", "count": -1}, TODAY - DAY, TODAY),
        ({"first": "now()", "count": -5}, TODAY - 5 * DAY, TODAY),
        ({"first": "now()", "count": "-2 - 3"}, TODAY - 5 * DAY, TODAY),
        ({"first": "now() - 30 * 1000 * 60 *60 * 24", "count": 30}, TODAY - 30 * DAY, TODAY),
        ({"first": "date(2026, 11, 28)", "last": "date(2026, 12, 28)"}, at("2026-11-28"), TOMORROW),
        ({"first": 'date("2026-11")', "last": "now()"}, at("2026-11-01"), TOMORROW),
        ({"first": 'dateAdd(startOfPeriod("daily",now()),-2,"days")', "last": "now()"}, TODAY - 2 * DAY, TOMORROW),
        ({"first": str(NOW), "last": str(NOW)}, TODAY, TOMORROW),
        ({"first": "now()", "last": "now()", "count": -9}, TODAY, TOMORROW),
        ({"first": "now()", "last": 0}, TODAY, TODAY),
        ({"first": "now()", "count": 0}, TODAY, TODAY),
        ({"first": "now()", "count": 30}, TODAY, TOMORROW),
        ({"first": 0, "count": 2}, 0, 2 * DAY),
    ],
)
def test_range_of_days(time_series, start, end):
    assert time_range(period="dayRange", **time_series) == (start, end)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("hourRange", at("2026-11-29T20:00"), at("2026-11-29T21:00")),
        ("weekRange", at("2026-11-29"), at("2026-12-06")),
        ("monthRange", at("2026-11-01"), at("2026-12-01")),
    ],
)
def test_range_has_whole_periods(period, start, end):
    assert time_range(period=period, first="now()", last="now()") == (start, end)


def test_days_begin_in_the_time_zone():
    context = ExpressionContext(at("2026-03-29T12:00"), BERLIN)
    assert time_range(context, period="dayRange", first="now()", count=1) == (
        at("2026-03-29", "+01:00"),
        at("2026-03-30", "+02:00"),
    )


@pytest.mark.parametrize("period", ["hourly", "daily", "weekly", "monthly"])
def test_one_iterative_period_is_a_range_and_several_are_not_imitated(period):
    name = {"hourly": "hourRange", "daily": "dayRange", "weekly": "weekRange", "monthly": "monthRange"}[period]
    one = {"first": "now()", "count": -1}
    assert time_range(period=period, **one) == time_range(period=name, **one)
    error = error_of(period=period, first="now()", count=-2)
    assert (error.kind, name in str(error)) == ("not imitated", True)


@pytest.mark.parametrize(
    ("time_series", "pointer"),
    [
        ({"first": 0, "last": 1}, "/period"),
        ({"period": "days", "first": 0, "last": 1}, "/period"),
        ({"period": "dayRange", "last": 1}, ""),
        ({"period": "dayRange", "first": 0}, ""),
        ({"period": "dayRange", "first": None, "last": 1}, ""),
        ({"period": "dayRange", "first": "null", "last": 1}, "/first"),
        ({"period": "dayRange", "first": "now(", "last": 1}, "/first"),
        ({"period": "dayRange", "first": 0, "last": True}, "/last"),
        ({"period": "dayRange", "first": 0, "last": "`x`"}, "/last"),
        ({"period": "dayRange", "first": 0, "count": 10**9}, "/count"),
        ({"period": "monthRange", "first": -(10**17), "last": 0}, ""),
        ({"period": "monthRange", "first": 10**400, "last": 0}, "/first"),
    ],
)
def test_wrong_time_series_is_an_error_at_its_place(time_series, pointer):
    error = error_of(**time_series)
    assert (error.pointer, error.status) == (f"/request/pipeline/0/source/timeSeries{pointer}", 400)


def test_time_series_inside_the_parameters_is_ignored():
    source = {"source": {"accounts": {"timeSeries": {"period": "nonsense"}}}}
    request = read_request(document(source), ExpressionContext(NOW))
    assert (request.time_range, request.pipeline[0].step.source.parameters) == (None, {})
