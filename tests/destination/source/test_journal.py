import sqlite3
from contextlib import closing

import pytest

from pendo_destination.source.journal import Journal
from pendo_destination.source.journal_file import JournalLostError
from pendo_emulator.server import Emulator


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


def test_event_with_a_known_message_id_is_not_added_again(journal):
    journal.add("W", events(1, 2))
    journal.complete("W", events(1))
    assert journal.add("W", events(1, 2, 3, 3)) == events(3)


def test_equal_ids_of_two_sources_are_different_events(journal):
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


def test_oldest_ids_are_deleted_but_pending_events_stay():
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


def execute(file, *statements):
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE other (a)"],
        ["CREATE TABLE accepted (a)"],
        ["CREATE TABLE accepted (number, source, message_id, event)", "CREATE TABLE other (a)"],
        ["PRAGMA application_id = 7"],
    ],
    ids=["other table", "table of this name", "further table", "application id"],
)
def test_database_of_another_program_is_refused_and_not_changed(tmp_path, statements):
    file = tmp_path / "j"
    execute(file, *statements)
    before = file.read_bytes()
    with pytest.raises(sqlite3.DatabaseError, match="database of another program"):
        Journal(file)
    assert file.read_bytes() == before


def test_file_in_place_of_a_journal_is_refused_and_the_log_of_the_journal_stays(tmp_path):
    with closing(Journal(tmp_path / "open")) as journal:
        journal.add("W", events(1))
        log = (tmp_path / "open-wal").read_bytes()  # as a killed process leaves it
    file = tmp_path / "j"
    (tmp_path / "j-wal").write_bytes(log)
    execute(tmp_path / "foreign", "CREATE TABLE other (a)")
    (tmp_path / "foreign").rename(file)
    before = file.read_bytes()
    with pytest.raises(sqlite3.DatabaseError, match="database of another program"):
        Journal(file)
    assert (file.read_bytes(), (tmp_path / "j-wal").read_bytes()) == (before, log)


def test_store_of_the_emulator_is_refused(tmp_path):
    with Emulator(store=str(tmp_path / "store")):
        pass
    with pytest.raises(sqlite3.DatabaseError, match="database of another program"):
        Journal(tmp_path / "store")


def test_journal_of_an_earlier_version_is_used(tmp_path):
    with closing(Journal(tmp_path / "j")) as journal:
        journal.add("W", events(1))
    execute(tmp_path / "j", "PRAGMA application_id = 0")
    with closing(Journal(tmp_path / "j")) as journal:
        assert journal.pending("W") == events(1)


@pytest.mark.parametrize(
    "value", ["'{'", "'[]'", "'{}'", "5", "X'FF'", "CAST(X'FF' AS TEXT)", "'" + "[" * 100_000 + "'"]
)
def test_broken_row_is_skipped_and_reported(tmp_path, caplog, value):
    with closing(Journal(tmp_path / "j")) as journal:
        journal.add("W", events(1, 2, 3))
    execute(tmp_path / "j", f"UPDATE accepted SET event = {value} WHERE number = 2")
    with closing(Journal(tmp_path / "j")) as journal:
        assert (journal.pending("W"), journal.count_pending()) == (events(1, 3), {"W": 2})
    assert [message for message in caplog.messages if "number 2" in message and "skipped" in message]


@pytest.mark.parametrize("name", ["j", "j-wal"])
@pytest.mark.parametrize("replace", [False, True], ids=["deleted", "replaced"])
def test_deleted_file_is_noticed(tmp_path, name, replace):
    with closing(Journal(tmp_path / "j")) as journal:
        journal.add("W", events(1))
        assert not journal.is_lost()
        (tmp_path / name).unlink()
        if replace:
            (tmp_path / "new").write_bytes(b"")
            (tmp_path / "new").rename(tmp_path / name)
        with pytest.raises(JournalLostError, match="deleted or replaced"):
            journal.add("W", events(2))
        assert journal.is_lost()
