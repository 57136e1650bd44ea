"""Requests that read few columns give the same rows as requests that read all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_emulator.engage.sources.key_query import run_for_key
from pendo_emulator.engage.sources.read_columns import read_columns
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store
from tests.emulator.profiles.sample_events import load, server_track
from tests.emulator.recorder.sample_requests import LOAD, TRACK, beacon, record

DAY = 86_400_000
COLUMNS = (
    "visitorId", "accountId", "appId", "pageId", "trackTypeId", "numEvents", "numMinutes", "firstTime", "lastTime",
    "server", "remoteIp", "userAgent", "day", "week", "month", "quarter", "tabId", "country", "properties", "row_key",
)  # fmt: skip
# Reads all columns: look-ups can need any of them.
ALL_COLUMNS = {"unmarshal": {"unused": "unusedText"}}
columns = st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=4, unique=True)


@pytest.fixture(scope="module")
def recorder(tmp_path_factory):
    recorder = Recorder(Store(tmp_path_factory.mktemp("store") / "x.sqlite3"))
    at = LOAD["browser_time"]
    record(recorder, load("u1"), load("u1", browser_time=at + 40 * DAY), server_track("u2", "a", properties={"n": 1}))
    record(recorder, beacon(*(LOAD | {"visitor_id": f"u{n}", "browser_time": at + n * DAY // 2} for n in range(6))))
    record(recorder, beacon(TRACK | {"visitor_id": "u3", "props": {"plan": "pro"}}))
    yield recorder
    recorder.close()


def rows(recorder, source, *steps):
    document = {"request": {"pipeline": [{"source": {source: None}}, *steps]}}
    return run_for_key(recorder, "k", document).result.rows


@given(st.sampled_from(["events", "trackEvents"]), columns, st.sampled_from(["group", "select", "filter"]))
def test_few_columns_give_the_same_rows(recorder, source, names, kind):
    steps = {
        "group": ({"group": {"group": names, "fields": {"n": {"sum": "numEvents"}}}},),
        "select": ({"select": {name: name for name in names}},),
        "filter": ({"filter": f"{names[0]} != null"}, {"count": None}),
    }[kind]
    assert rows(recorder, source, *steps) == rows(recorder, source, ALL_COLUMNS, *steps)


@pytest.mark.parametrize(
    "steps",
    [
        (),
        ({"filter": "numEvents > 1"},),
        ({"filter": "numEvents > 1"}, {"sort": ["day"]}),
        ({"itemSeen": {"seen": {"pageId": "p"}}}, {"count": None}),
        ({"count": None}, {"spawn": [[]]}),
    ],
)
def test_other_steps_read_all_columns(steps):
    assert read_columns({"request": {"pipeline": [{"source": {"events": None}}, *steps]}}) is None
