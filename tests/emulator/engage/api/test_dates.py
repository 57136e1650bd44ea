"""Dates in fields that a client defined as times are read in all documented forms."""

from datetime import UTC, timedelta, timezone

import pytest

from pendo_emulator.engage.sources.date_fields import DateFields, read_date

AT = 1_795_376_101_000
DAY = 1_795_305_600_000


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (AT, AT), (AT // 1000, AT), (str(AT), AT), (AT / 1000, AT), (0, 0),
        ("2026-11-22T19:35:01Z", AT), ("2026-11-22T20:35:01+01:00", AT), ("2026-11-22", DAY),
        ("2026-11-22 19:35:01", AT), ("2026-11-22 19:35:01 +0000", AT), ("2026-11-22 19:35:01 UTC", AT),
        ("11/22/2026 07:35pm", AT - 1000), ("Sun Nov 22 2026", DAY), ("Sun Nov 22 2026 20:35:01 GMT+0100", AT),
        ("yesterday", None), ("", None), (True, None), (None, None), ([], None), ("9" * 40, None), (float("inf"), None),
    ],
)  # fmt: skip
def test_date_is_read_as_milliseconds(value, at):
    assert read_date(value) == at


def test_text_without_zone_is_in_the_zone_of_the_subscription():
    assert read_date("2026-11-22 20:35:01", timezone(timedelta(hours=1))) == AT


def test_defined_time_is_shown_in_milliseconds(engage):
    engage.request("POST", "metadata/schema/visitor/custom", json=[{"name": "since", "type": "time"}])
    entries = [{"visitorId": "v", "values": {"since": "2026-11-22T19:35:01Z", "text": "2026-11-22"}}]
    assert engage.request("POST", "metadata/visitor/custom/value?create=true", json=entries).json()["updated"] == 1
    custom = {"since": AT, "text": "2026-11-22"}
    assert engage.rows("visitors")[0]["metadata"]["custom"] == custom
    assert engage.get("visitor/v").json()["metadata"]["custom"] == custom
    assert engage.get("metadata/visitor/custom/value/v/since").json() == AT


def test_rows_without_defined_times_are_read_once(pendo):
    fields = DateFields(pendo.emulator.recorder.engage_objects, pendo.api_key, UTC)
    rows = [{"visitorId": "v", "metadata": {}}]
    assert list(fields.convert("visitor", rows)) == rows
