import sqlite3
from contextlib import closing

import pytest

from pendo_destination.source.journal import Journal


@pytest.fixture
def journal():
    with closing(Journal()) as journal:
        yield journal


def events(*ids):
    return [{"messageId": message_id, "event": f"E{message_id}"} for message_id in ids]


def test_events_stay_pending_in_order_until_completed(journal):
    assert journal.add("W", events(3, 1, 2)) == events(3, 1, 2)
    journal.complete("W", events(1))
    assert (journal.pending("W"), journal.count_pending()) == (events(3, 2), {"W": 2})


def test_known_ids_are_not_added_again(journal):
    journal.add("W", events(1, 2))
    journal.complete("W", events(1))
    assert journal.add("W", events(1, 2, 3, 3)) == events(3)


def test_sources_are_independent(journal):
    for source in "VW":
        assert journal.add(source, events(1)) == events(1)
    journal.complete("V", events(1))
    assert journal.count_pending() == {"W": 1}


def test_reopened_file_keeps_pending_events_and_ids(tmp_path):
    with closing(Journal(tmp_path / "j")) as journal:
        journal.add("W", events(1, 2))
        journal.complete("W", events(1))
    with closing(Journal(tmp_path / "j")) as journal:
        assert journal.pending("W") == events(2)
        assert journal.add("W", events(1, 2)) == []


def test_add_stores_all_events_or_none(journal):
    with pytest.raises(TypeError):
        journal.add("W", [*events(1), {"messageId": 2, "event": object()}])
    assert journal.add("W", events(1)) == events(1)


def test_oldest_ids_are_forgotten_but_no_pending_event():
    with closing(Journal(max_ids=2)) as journal:
        journal.add("W", events(1, 2, 3, 4))
        journal.complete("W", events(2, 3, 4))
        assert journal.add("W", events(1, 2, 3, 4)) == events(2)


@pytest.mark.parametrize("message_id", ["\ud800", "\0", "", 5, {"a": 1}])
def test_any_json_value_is_a_valid_id(journal, message_id):
    assert journal.add("W", events(message_id, message_id)) == journal.pending("W") == events(message_id)


def test_file_is_locked_while_open(tmp_path):
    with closing(Journal(tmp_path / "j")), pytest.raises(sqlite3.OperationalError, match="locked"):
        Journal(tmp_path / "j")
