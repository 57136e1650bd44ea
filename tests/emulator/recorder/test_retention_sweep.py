"""Retention deletes the oldest exchanges, except exchanges of keys in use."""

import sqlite3
from contextlib import closing

import pytest
import requests

from pendo_emulator.limits import Limits, Retention
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.recorder.retention_sweep import STEP_SIZE, RetentionSweeper
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store
from tests.emulator.recorder.sample_requests import LOAD, beacon, record


@pytest.fixture
def swept(store_address):
    """Record requests, mark some keys as in use and sweep; return the remaining exchanges and keys."""

    def sweep(retention, exchanges, in_use=()):
        recorder = Recorder(Store(store_address), limits=Limits(retention=retention))
        with closing(recorder), closing(recorder.store.database.connect()) as connection:
            for start in range(0, len(exchanges), 50):
                record(recorder, *exchanges[start : start + 50])
            for key in in_use:
                recorder.active_keys.mark_in_use(key)
            sweeper = RetentionSweeper(recorder, connection)
            while sweeper.step():
                pass
            return [(x.id, x.beacon.api_key) for x in recorder.read_all(Query())], recorder.keys()

    return sweep


def test_oldest_exchanges_are_deleted(swept):
    count = STEP_SIZE * 2 + 7
    left, keys = swept(Retention(exchanges=3), [beacon(LOAD) for _ in range(count)])
    assert ([number for number, _ in left], keys) == ([count - 2, count - 1, count], {"k": 3})


def test_expired_exchanges_are_deleted(swept):
    assert swept(Retention(age=60), [beacon(LOAD) for _ in range(5)]) == ([], {})


def test_retention_does_not_delete_exchanges_of_a_key_in_use(swept):
    exchanges = [beacon(LOAD, api_key=key) for key in ("used", "other") * 5]
    left, keys = swept(Retention(exchanges=2), exchanges, in_use=["used"])
    assert keys == {"used": 5}
    assert {key for _, key in left} == {"used"}


def test_nothing_is_deleted_within_the_limit(swept):
    assert swept(Retention(exchanges=5), [beacon(LOAD) for _ in range(5)])[1] == {"k": 5}


def test_control_request_marks_its_key_as_in_use(beacon_path):
    with Emulator(limits=Limits(retention=Retention(exchanges=1))) as emulator:
        requests.get(f"{emulator.control_url}/keys/asked/counts", timeout=30)
        with closing(sqlite3.connect(emulator.recorder.store.database.file)) as connection:
            assert connection.execute("SELECT api_key FROM active_keys").fetchall() == [("asked",)]
        for key in ("asked", "other", "asked", "other"):
            requests.get(emulator.url + beacon_path(key), timeout=30)
        assert emulator.recorder.count(Query(api_key="asked")) == 2
