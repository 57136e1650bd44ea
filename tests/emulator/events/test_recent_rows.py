"""The rows that a process keeps for open streams are those that it would read from the store."""

import msgspec
import pytest

from pendo_emulator.events.stream_messages import MAX_EVENTS, MAX_WHOLE
from pendo_emulator.storage.event_index import IndexedEvent
from pendo_emulator.storage.event_scan import Scan
from pendo_emulator.storage.recent_rows import MAX_INDEX, MAX_ROWS
from pendo_emulator.storage.rows import exchange_row
from tests.emulator.events.conftest import envelope, record

EVENTS = (
    {"type": "load"},
    {"type": "track", "track_event_name": "Signed\0 Up\ud800", "visitor_id": "é\u202e", "account_id": 5},
    {"visitor_id": None},
)


@pytest.fixture
def recent(recorders):
    """Return a recorder whose rows are kept, and another one of the same store."""
    recorder, other = recorders(), recorders()
    recorder.store.writer.recent_rows.open()
    return recorder, other, recorder.store.writer.recent_rows


def test_recent_rows_are_the_rows_of_a_scan(recent):
    recorder, _, rows = recent
    for number in range(3):
        record(recorder, *(envelope(f"key\0{number}", *EVENTS[:count]) for count in range(4)))
    stored = [tuple(row[:-1]) for row in recorder.store.reader.scan_rows(Scan())]
    assert [row[:-1] for row in rows.after(0, 100)] == stored
    assert [row[0] for row in rows.after(2, 5)] == [3, 4, 5, 6, 7]


def test_no_rows_are_returned_if_one_is_missing(recent):
    recorder, other, rows = recent
    record(recorder, envelope("k"))
    record(other, envelope("k"))
    record(recorder, envelope("k"))
    assert (len(rows.after(0, 1)), rows.after(0, 10), rows.after(1, 10), len(rows.after(2, 10))) == (1, [], [], 1)
    record(recorder, envelope("k", {"type": "load", "visitor_id": "v" * MAX_INDEX}), envelope("k"))
    assert (rows.after(2, 10), rows.after(3, 10), len(rows.after(4, 10))) == ([], [], 1)


def test_rows_are_bounded_and_kept_only_while_they_are_read(recent):
    recorder, _, rows = recent
    with pytest.raises(ZeroDivisionError), recorder.transaction(1):
        raise ZeroDivisionError
    (reply,) = record(recorder, envelope("k"))
    _, *row = exchange_row(reply.exchange)
    rows.add((number, *row) for number in range(2, MAX_ROWS + 2))
    assert (rows.after(0, 10), len(rows.after(1, 2 * MAX_ROWS))) == ([], MAX_ROWS)
    rows.close()
    assert rows.after(1, 10) == []
    record(recorder, envelope("k"))
    assert rows.after(1, 10) == []


def test_row_that_a_stream_sends_undecoded_has_not_too_many_events():
    smallest = IndexedEvent(type="", name="", visitor_id="", account_id="", kept=True)
    assert len(msgspec.json.encode([smallest] * (MAX_EVENTS + 1))) > MAX_WHOLE
