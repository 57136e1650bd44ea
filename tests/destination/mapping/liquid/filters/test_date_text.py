import math

import pytest

from pendo_destination.mapping.liquid.filters.date_text import parse_date

NEW_YEAR = 1704067200000
HOUR = 3600000


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2024", 0),
        ("2024-01", 0),
        ("2024-01-01T03:00:00.000999Z", 3),
        ("2024-01-01t03:00+0200", 1),
        ("+002024-01-02", 24),
        ("2024-02-30", 60 * 24),
        ("2024-01-01T24:00", 24),
        ("1/2/24", 24),
        ("2024/1/2", 24),
        ("Mon, 01 Jan 2024 03:00:00 GMT", 3),
        ("January 1, 2024 3:00 PM", 15),
        ("12:00 am 1-Jan-2024", 0),
        ("Jan 1 2024 00:00 PST", 8),
        ("2024 Jan 1 (Monday) 03:00 GMT+2", 1),
        ("2024-01-01 03:00:00 -0130", 4.5),
        ("about 2024", 0),
    ],
)
def test_iso_and_loose_dates_are_parsed(text, hours):
    assert parse_date(text) == NEW_YEAR + hours * HOUR


@pytest.mark.parametrize(
    "text", ["", "May", "31/12/2024", "2024-13-01", "1/2/3/4", "May 5th 2024", "2024 -5", "1:00", "13:00 pm 2024"]
)
def test_invalid_dates_give_nan(text):
    assert math.isnan(parse_date(text))


def test_two_digit_years_lie_between_1950_and_2049():
    assert [parse_date(f"1/1/{year}") for year in (49, 50)] == [parse_date("2049"), parse_date("1950")]
