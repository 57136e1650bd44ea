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


def test_what_is_added_waits_in_order_until_it_is_settled(journal):
    assert journal.add("W", events(3, 1, 2)) == events(3, 1, 2)
    journal.settle("W", events(1))
    assert (journal.waiting("W"), journal.count()) == (events(3, 2), {"W": 2})


def test_an_id_is_new_once_whether_its_event_still_waits_or_not(journal):
    journal.add("W", events(1, 2))
    journal.settle("W", events(1))
    assert journal.add("W", events(1, 2, 3, 3)) == events(3)


def test_sources_do_not_know_of_each_other(journal):
    for source in "VW":
        assert journal.add(source, events(1)) == events(1)
    journal.settle("V", events(1))
    assert journal.count() == {"W": 1}


def test_a_file_that_is_opened_again_has_what_waited_and_all_ids(tmp_path):
    with closing(Journal(tmp_path / "j")) as journal:
        journal.add("W", events(1, 2))
        journal.settle("W", events(1))
    with closing(Journal(tmp_path / "j")) as journal:
        assert journal.waiting("W") == events(2)
        assert journal.add("W", events(1, 2)) == []


def test_all_is_added_or_nothing(journal):
    with pytest.raises(TypeError):
        journal.add("W", [*events(1), {"messageId": 2, "event": object()}])
    assert journal.add("W", events(1)) == events(1)


def test_the_oldest_ids_are_forgotten_but_no_event_that_waits(journal, monkeypatch):
    monkeypatch.setattr("pendo_destination.source.journal.IDS_LIMIT", 2)
    journal.add("W", events(1, 2, 3, 4))
    journal.settle("W", events(2, 3, 4))
    assert journal.add("W", events(1, 2, 3, 4)) == events(2)


@pytest.mark.parametrize("message_id", ["\ud800", "\0", "", 5, {"a": 1}])
def test_any_id_will_do(journal, message_id):
    assert journal.add("W", events(message_id, message_id)) == journal.waiting("W") == events(message_id)


def test_a_file_is_of_one_process_at_a_time(tmp_path):
    with closing(Journal(tmp_path / "j")), pytest.raises(sqlite3.OperationalError, match="locked"):
        Journal(tmp_path / "j")
