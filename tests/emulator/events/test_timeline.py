"""Pages of the timeline have every event exactly once, in both directions and for each query."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.events.cursor import Cursor, read_cursor
from pendo_emulator.events.query_language.query import parse_query
from pendo_emulator.events.query_language.query_filter import EventFilter
from pendo_emulator.events.timeline import Timeline
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store
from tests.emulator.events.conftest import envelope, record

QUERIES = (
    "",
    "type:track",
    "-type:track",
    "is:broken",
    "visitor:v1",
    "plan",
    '"pro" type:track',
    "key:b",
    "visitor:v9",
)
SETTINGS = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def event(number):
    kind = "track" if number % 3 else "load"
    return {"type": kind, "track_event_name": f"E{number}", "visitor_id": f"v{number % 4}", "plan": "pro"[number % 3 :]}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Return a store with 40 requests of two keys, of one to four events each, and two requests without events."""
    recorder = Recorder(Store(tmp_path_factory.mktemp("store") / "x.sqlite3"))
    for number in range(40):
        record(recorder, envelope("ab"[number % 2], *(event(number + more) for more in range(1 + number % 4))))
    record(recorder, Envelope("GET", "http://data.pendo.io/data/ptm.gif/a?jzb=x", {}, b"", 0))
    record(recorder, Envelope("GET", "http://data.pendo.io/nothing/here", {}, b"", 0))
    yield recorder.store
    recorder.close()


def pages(read, start, limit, seconds=10.0):
    """Read all pages; a page may be empty although more events follow."""
    cursor, more, found = start, True, []
    while more:
        page = read(cursor, limit, seconds)
        assert len(page.events) <= limit
        cursor, more = page.cursor, page.more
        found += page.events
    return found


def timeline(store, query, key=None):
    return Timeline(store, key, EventFilter(parse_query(query), 0))


@SETTINGS
@given(st.sampled_from(QUERIES), st.sampled_from([None, "a", "b"]), st.integers(1, 50), st.sampled_from([0.0, 10.0]))
def test_pages_have_every_event_once(store, query, key, limit, seconds):
    source = timeline(store, query, key)
    everything = source.after(Cursor(0), 10_000, 60.0).events
    assert pages(source.after, Cursor(0), limit, seconds) == everything
    assert pages(source.before, None, limit, seconds) == everything[::-1]


@SETTINGS
@given(st.integers(0, 45), st.integers(0, 5) | st.none())
def test_a_position_divides_the_timeline(store, request, index):
    source, cursor = timeline(store, ""), Cursor(request, index)
    everything = source.after(Cursor(0), 10_000, 60.0).events
    before = pages(source.before, cursor, 7)[::-1]
    after = pages(source.after, cursor, 7)
    excluded = [one for one in everything if one.request == request and index in {None, one.index or 0}]
    assert sorted([*before, *after, *excluded], key=lambda one: (one.request, one.index or 0)) == everything
    assert read_cursor(str(cursor)) == cursor


def test_requests_without_events_are_listed_if_broken_or_not_judged(store):
    found = timeline(store, "type:request").after(Cursor(0), 10).events
    assert [(one.id, one.verdict, one.endpoint) for one in found] == [
        ("41", "broken", "ptm.gif"),
        ("42", "not-judged", "/nothing/here"),
    ]


def test_text_is_searched_in_the_event_itself(store):
    track = timeline(store, 'E7 "track_event_name"').after(Cursor(0), 100).events
    assert {one.name for one in track} == {"E7"}


def test_text_finds_an_undecodable_request_by_its_address(store):
    (found,) = timeline(store, '"jzb=x"').after(Cursor(0), 10).events
    assert found.id == "41"
