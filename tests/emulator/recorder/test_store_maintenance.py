"""Maintenance restarts SQLite's log before it becomes long, even while requests are recorded."""

from contextlib import closing
from threading import Thread

import pytest

from pendo_contracts.judge import judge_request
from pendo_contracts.wire.beacon import BODY_LIMIT
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.recorder.store_maintenance import LONG_LOG, checkpoint, copy_log
from pendo_emulator.storage.store import Store
from tests.emulator.recorder.sample_requests import LOAD, beacon, record

LARGE = judge_request(Envelope("POST", "http://data.pendo.io/data/errorlog", {}, b" " * BODY_LIMIT, 7))


@pytest.fixture
def recorder(tmp_path):
    with closing(Recorder(Store(tmp_path / "x.sqlite3"))) as recorder:
        yield recorder


@pytest.fixture
def connection(recorder):
    with closing(recorder.store.database.connect()) as connection:
        yield connection


def run_checkpoint(recorder, connection):
    checkpoint(connection, recorder.store.database.file, recorder.access.lock)


def test_long_log_restarts(recorder, connection):
    record(recorder, LARGE, LARGE, LARGE)
    run_checkpoint(recorder, connection)
    record(recorder, beacon(LOAD))
    assert copy_log(connection) < LONG_LOG // 10


def test_long_log_restarts_under_constant_writes(recorder, connection):
    over = False

    def record_without_pause():
        while not over:
            record(recorder, beacon(LOAD))

    record(recorder, LARGE, LARGE, LARGE)
    writer = Thread(target=record_without_pause)
    writer.start()
    run_checkpoint(recorder, connection)
    over = True
    writer.join()
    record(recorder, beacon(LOAD))
    assert copy_log(connection) < LONG_LOG // 2


def test_checkpoint_copies_every_exchange_into_the_file(recorder, connection, tmp_path):
    exchanges = record(recorder, LARGE, LARGE, LARGE, beacon(LOAD))
    run_checkpoint(recorder, connection)
    (tmp_path / "copy.sqlite3").write_bytes((tmp_path / "x.sqlite3").read_bytes())
    with closing(Store(tmp_path / "copy.sqlite3")) as copy:
        assert copy.reader.last_id() == exchanges[-1].id
