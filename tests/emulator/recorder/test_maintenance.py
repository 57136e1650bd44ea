"""Upkeep: the log of SQLite begins anew before it is long, whoever records or reads meanwhile."""

from contextlib import closing
from threading import Thread

import pytest

from pendo_contracts.beacon import BODY_LIMIT
from pendo_contracts.envelope import Envelope
from pendo_emulator.exchange import ingest
from pendo_emulator.recorder.maintenance import LONG_LOG, MaintenanceThread, _copy_log
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store
from tests.emulator.recorder.test_recorder import LOAD, beacon, record

LARGE = ingest(Envelope("POST", "http://data.pendo.io/data/errorlog", {}, b" " * BODY_LIMIT, 7))


@pytest.fixture
def recorder(tmp_path):
    with closing(Recorder(Store(tmp_path / "x.sqlite3"))) as recorder:
        yield recorder


@pytest.fixture
def connection(recorder):
    with closing(recorder.store.database.connect()) as connection:
        yield connection


def look_after(recorder, connection):
    MaintenanceThread(recorder)._checkpoint(connection, recorder.store.database.file)


def test_a_long_log_begins_anew(recorder, connection):
    record(recorder, LARGE, LARGE, LARGE)
    look_after(recorder, connection)
    record(recorder, beacon(LOAD))
    assert _copy_log(connection) < LONG_LOG // 10


def test_a_long_log_begins_anew_while_there_is_no_pause(recorder, connection):
    over = False

    def go_on():
        while not over:
            record(recorder, beacon(LOAD))

    record(recorder, LARGE, LARGE, LARGE)
    writer = Thread(target=go_on)
    writer.start()
    look_after(recorder, connection)
    over = True
    writer.join()
    record(recorder, beacon(LOAD))
    assert _copy_log(connection) < LONG_LOG // 2


def test_what_is_in_the_file_is_what_was_recorded(recorder, connection, tmp_path):
    exchanges = record(recorder, LARGE, LARGE, LARGE, beacon(LOAD))
    look_after(recorder, connection)
    (tmp_path / "copy.sqlite3").write_bytes((tmp_path / "x.sqlite3").read_bytes())
    with closing(Store(tmp_path / "copy.sqlite3")) as copy:
        assert copy.reader.last_id() == exchanges[-1].id
