"""Rows in memory are selected by the time range and the parameters of their source."""

import pytest

from pendo_emulator.engage.pipeline import Source, TimeRange
from pendo_emulator.engage.pipeline.sources.row_selection import select_rows

RANGE = TimeRange("day", 100, 200)


def selected(source, *rows):
    return list(select_rows(rows, source))


@pytest.mark.parametrize("name", ["day", "hour", "browserTime", "time", "lastTime"])
def test_rows_in_the_time_range_are_selected(name):
    rows = [{name: 99}, {name: 100}, {name: 199}, {name: 200}, {}, {name: None}]
    assert selected(Source("events", "", time_range=RANGE), *rows) == [rows[1], rows[2], rows[4], rows[5]]


@pytest.mark.parametrize(
    ("parameters", "kept"),
    [({"pageId": "p-1"}, [0, 2]), ({"pageIds": ["p-1", "p-2"]}, [0, 1, 2]), ({"pageId": None}, [0, 1, 2])],
)
def test_rows_of_objects_are_selected(parameters, kept):
    rows = [{"pageId": "p-1"}, {"pageId": "p-2"}, {}]
    assert selected(Source("pageEvents", "", parameters), *rows) == [rows[place] for place in kept]


def test_definitions_are_selected_by_their_id():
    rows = [{"id": "f-1"}, {"id": "f-2"}]
    assert selected(Source("features", "", {"featureId": "f-2"}), *rows) == rows[1:]


def test_rows_of_applications_are_selected():
    rows = [{"appId": 1}, {"appId": 2}, {}]
    assert selected(Source("events", "", app_ids=frozenset({2})), *rows) == rows[1:]


@pytest.mark.parametrize(("identified", "count"), [(True, 1), (False, 2)])
def test_identified_false_selects_everybody(identified, count):
    rows = [{"visitorId": "v-1"}, {"visitorId": "_PENDO_T_1"}]
    assert len(selected(Source("visitors", "", {"identified": identified}), *rows)) == count


def test_since_selects_by_the_last_update():
    rows = [{"metadata": {"auto": {"lastupdated": time}}} for time in (4, 5, None)]
    assert selected(Source("visitors", "", {"since": 5}), *rows) == rows[1:]
