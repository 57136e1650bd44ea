"""Retention: the oldest go, what is under test stays."""

import sqlite3
from contextlib import closing

import pytest
import requests

from pendo_emulator.limits import Limits
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.recorder.retention_sweep import CHUNK, RetentionSweeper
from pendo_emulator.retention import Retention
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store
from tests.emulator.recorder.test_recorder import LOAD, beacon, record


@pytest.fixture
def swept(address):
    """Record, protect some keys, sweep; give what is left."""

    def sweep(retention, exchanges, under_test=()):
        recorder = Recorder(Store(address), limits=Limits(retention=retention))
        with closing(recorder), closing(recorder.store.database.connect()) as connection:
            for start in range(0, len(exchanges), 50):
                record(recorder, *exchanges[start : start + 50])
            for key in under_test:
                recorder.mark_in_use(key)
            one = RetentionSweeper(recorder, connection)
            while one.step():
                pass
            return [(x.id, x.beacon.api_key) for x in recorder.read_all(Query())], recorder.keys()

    return sweep


def test_the_oldest_go(swept):
    left, keys = swept(Retention(exchanges=3), [beacon(LOAD) for _ in range(CHUNK * 2 + 7)])
    assert ([number for number, _ in left], keys) == ([CHUNK * 2 + 5, CHUNK * 2 + 6, CHUNK * 2 + 7], {"k": 3})


def test_what_is_too_old_goes(swept):
    assert swept(Retention(age=60), [beacon(LOAD) for _ in range(5)]) == ([], {})


def test_a_key_under_test_is_not_touched(swept):
    exchanges = [beacon(LOAD, api_key=key) for key in ("tested", "other") * 5]
    left, keys = swept(Retention(exchanges=2), exchanges, under_test=["tested"])
    assert keys == {"tested": 5}
    assert {key for _, key in left} == {"tested"}


def test_nothing_goes_as_long_as_there_is_room(swept):
    assert swept(Retention(exchanges=5), [beacon(LOAD) for _ in range(5)])[1] == {"k": 5}


def test_whoever_asks_about_a_key_has_it_under_test(beacon_path):
    with Emulator(limits=Limits(retention=Retention(exchanges=1))) as emulator:
        requests.get(f"{emulator.control_url}/keys/asked/counts", timeout=5)
        with closing(sqlite3.connect(emulator.recorder.store.database.file)) as connection:
            assert connection.execute("SELECT api_key FROM tests").fetchall() == [("asked",)]
        for key in ("asked", "other", "asked", "other"):
            requests.get(emulator.url + beacon_path(key), timeout=5)
        assert emulator.recorder.count(Query(api_key="asked")) == 2
