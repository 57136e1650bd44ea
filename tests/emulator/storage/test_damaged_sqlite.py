"""A SQLite store whose files another program deletes, replaces or changes: the damage is reported and repaired."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
import requests

from pendo_emulator.errors import StoreError
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.server import Emulator
from pendo_emulator.storage.store import Store
from tests.emulator.recorder.sample_requests import LOAD, beacon, record
from tests.emulator.storage.recovery import assert_recovered


def test_deleted_store_is_replaced(tmp_path, beacon_path):
    file = tmp_path / "x.sqlite3"
    with Emulator(file) as emulator:
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        assert requests.get(f"{emulator.url}/_emulator/keys", timeout=30).json() == {"k": 1}
        for file in tmp_path.iterdir():
            file.unlink()
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 503
        assert "the file was deleted" in requests.get(f"{emulator.url}/healthz", timeout=30).json()["store"]
        assert_recovered(emulator.url, beacon_path("k"), 1)


def assert_noticed(emulator, path, text):
    """Check that damage is reported before and after the next request, which is not acknowledged."""
    health = requests.get(f"{emulator.url}/healthz", timeout=30).json()
    assert (health["status"], text in health["store"]) == ("degraded", True)
    answer = requests.get(emulator.url + path, timeout=30)
    assert (answer.status_code, text in answer.json()["title"]) == (503, True)


def remove(log):
    log.unlink()


def replace_by_junk(log):
    log.rename(log.with_name("elsewhere"))
    log.write_bytes(b"junk" * 10_000)


def test_unharmed_store_is_ready_and_ready_checks_leave_no_trace(tmp_path, beacon_path):
    with Emulator(tmp_path / "x.sqlite3") as emulator:
        for _ in range(3):
            assert requests.get(f"{emulator.url}/readyz", timeout=30).status_code == 200
        assert_recovered(emulator.url, beacon_path("k"), 1)


@pytest.mark.parametrize("damage", [remove, replace_by_junk])
def test_lost_log_is_noticed_and_its_exchanges_are_kept(tmp_path, beacon_path, wait_until, damage):
    with Emulator(tmp_path / "x.sqlite3", durability="full") as emulator:
        for _ in range(3):
            assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        damage(tmp_path / "x.sqlite3-wal")
        assert_noticed(emulator, beacon_path("k"), "x.sqlite3-wal, was deleted or replaced")
        wait_until(lambda: requests.get(f"{emulator.url}/readyz", timeout=30).status_code == 200)
        assert_recovered(emulator.url, beacon_path("k"), 4)


@pytest.mark.parametrize("damage", [remove, replace_by_junk])
def test_readyz_fails_after_a_lost_log_and_says_why(tmp_path, beacon_path, damage):
    with Emulator(tmp_path / "x.sqlite3") as emulator:
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        damage(tmp_path / "x.sqlite3-wal")
        answer = requests.get(f"{emulator.url}/readyz", timeout=30)
        assert (answer.status_code, "was deleted or replaced" in answer.json()["store"]) == (503, True)


def test_old_log_is_not_copied_over_a_new_one(tmp_path):
    file = tmp_path / "x.sqlite3"
    with closing(Recorder(Store(file))) as first, closing(Recorder(Store(file))) as second:
        for _ in range(5):
            record(first, *[beacon(LOAD)] * 20)
            record(second, *[beacon(LOAD)] * 20)
        (tmp_path / "x.sqlite3-wal").unlink()
        with pytest.raises(StoreError, match="was deleted"):
            record(first, beacon(LOAD))
        for _ in range(5):
            record(first, *[beacon(LOAD)] * 30)
        with pytest.raises(StoreError, match="was deleted"):
            record(second, beacon(LOAD))
        record(second, beacon(LOAD))
        assert sum(first.keys().values()) == 351
    assert check_integrity(file) == "ok"


def test_truncated_log_is_noticed(tmp_path, beacon_path, wait_until):
    log = tmp_path / "x.sqlite3-wal"
    with Emulator(tmp_path / "x.sqlite3") as emulator:
        for _ in range(3):
            assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        os.truncate(log, 0)
        assert_noticed(emulator, beacon_path("k"), "x.sqlite3-wal, was truncated")
        wait_until(lambda: requests.get(f"{emulator.url}/readyz", timeout=30).status_code == 200)
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
    assert check_integrity(tmp_path / "x.sqlite3") == "ok"


def test_partly_truncated_log_is_noticed_and_the_rest_is_kept(tmp_path, beacon_path, wait_until):
    log = tmp_path / "x.sqlite3-wal"
    with Emulator(tmp_path / "x.sqlite3") as emulator:
        for _ in range(20):  # the first half of the log then has more than the creation of the tables
            assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        os.truncate(log, log.stat().st_size // 2)
        assert_noticed(emulator, beacon_path("k"), "x.sqlite3-wal, was truncated")
        wait_until(lambda: requests.get(f"{emulator.url}/readyz", timeout=30).status_code == 200)
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
    assert check_integrity(tmp_path / "x.sqlite3") == "ok"


@pytest.mark.parametrize("checkpointed", [False, True])
@pytest.mark.parametrize("kind", ["database", "junk"])
def test_file_that_another_program_overwrites_is_left_alone(tmp_path, beacon_path, kind, checkpointed):
    file = tmp_path / "x.sqlite3"
    with closing(sqlite3.connect(tmp_path / "foreign")) as foreign:
        foreign.execute("CREATE TABLE foreign_rows AS SELECT 1 AS number")
        foreign.commit()
    content = (tmp_path / "foreign").read_bytes() if kind == "database" else b"junk" * 5_000
    with Emulator(file) as emulator:
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        if checkpointed:
            with closing(sqlite3.connect(file)) as other:
                other.execute("PRAGMA wal_checkpoint(PASSIVE)")
            assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        file.write_bytes(content)
        assert_noticed(emulator, beacon_path("k"), "another program wrote over the file")
        for _ in range(2):
            assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 503
    assert file.read_bytes() == content


def test_vacuum_of_another_program_is_not_damage(tmp_path, beacon_path):
    with Emulator(tmp_path / "x.sqlite3") as emulator:
        for _ in range(2):
            assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        with closing(sqlite3.connect(tmp_path / "x.sqlite3")) as other:
            other.execute("VACUUM")
            other.execute("PRAGMA wal_checkpoint(PASSIVE)")
        assert_recovered(emulator.url, beacon_path("k"), 3)


def read_in_another_process(file):
    """Read a store; the process deletes the log at its end if no other process has a lock."""
    program = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT last_id FROM journal').fetchall()"
    subprocess.run([sys.executable, "-c", program, file], check=True)


@pytest.mark.parametrize("checkpointed", [False, True])
def test_readers_in_other_processes_leave_the_log(tmp_path, beacon_path, checkpointed):
    file = tmp_path / "x.sqlite3"
    with Emulator(file) as emulator:
        for number in range(1, 4):
            assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
            assert requests.get(f"{emulator.url}/healthz", timeout=30).json()["status"] == "ok"
            if checkpointed:
                with closing(sqlite3.connect(file)) as other:
                    other.execute("PRAGMA wal_checkpoint(PASSIVE)")
            log = (tmp_path / "x.sqlite3-wal").stat().st_ino
            read_in_another_process(file)
            assert (tmp_path / "x.sqlite3-wal").stat().st_ino == log
            assert requests.get(f"{emulator.url}/_emulator/keys", timeout=30).json() == {"k": number}
        assert_recovered(emulator.url, beacon_path("k"), 4)


def test_store_without_application_id_is_not_taken_for_a_foreign_database(tmp_path):
    file = tmp_path / "x.sqlite3"
    with closing(Recorder(Store(file))) as recorder, closing(sqlite3.connect(file)) as other:
        for _ in range(3):
            record(recorder, beacon(LOAD))
            other.execute("PRAGMA application_id=0")
            other.execute("PRAGMA wal_checkpoint(PASSIVE)")
        assert recorder.keys() == {"k": 3}


def test_truncated_file_is_noticed_and_replaced(tmp_path, beacon_path, wait_until):
    with Emulator(tmp_path / "x.sqlite3") as emulator:
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        os.truncate(tmp_path / "x.sqlite3", 0)
        assert_noticed(emulator, beacon_path("k"), "the file was truncated")
        wait_until(lambda: requests.get(f"{emulator.url}/readyz", timeout=30).status_code == 200)
        assert_recovered(emulator.url, beacon_path("k"), 1)
    assert check_integrity(tmp_path / "x.sqlite3") == "ok"


def test_checkpoint_of_another_program_is_not_damage(tmp_path, beacon_path):
    with Emulator(tmp_path / "x.sqlite3") as emulator:
        for _ in range(2):
            assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        with closing(sqlite3.connect(tmp_path / "x.sqlite3")) as other:
            assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
        assert_recovered(emulator.url, beacon_path("k"), 3)


def test_database_of_another_program_is_not_written_over(tmp_path, beacon_path):
    with closing(sqlite3.connect(tmp_path / "foreign")) as foreign:
        foreign.execute("CREATE TABLE foreign_rows AS SELECT 1 AS number")
        foreign.commit()
    content = (tmp_path / "foreign").read_bytes()
    with Emulator(tmp_path / "x.sqlite3") as emulator:
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        (tmp_path / "x.sqlite3").rename(tmp_path / "ours")
        (tmp_path / "foreign").rename(tmp_path / "x.sqlite3")
        assert_noticed(emulator, beacon_path("k"), "the file was deleted or replaced")
        for _ in range(3):
            assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 503
            assert requests.get(f"{emulator.url}/readyz", timeout=30).status_code == 503
    assert (tmp_path / "x.sqlite3").read_bytes() == content
    assert check_integrity(tmp_path / "x.sqlite3") == "ok"
    with closing(Store(tmp_path / "ours")) as ours:
        assert ours.reader.keys() == {"k": 1}


@pytest.mark.parametrize("foreign", [b"no database", b""], ids=["text", "database"])
def test_opening_a_file_in_place_of_a_store_leaves_the_log_of_the_store(tmp_path, beacon_path, foreign):
    file = tmp_path / "x.sqlite3"
    with Emulator(file) as emulator:
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        file.rename(tmp_path / "ours")
        file.write_bytes(foreign)
        if not foreign:
            with closing(sqlite3.connect(tmp_path / "foreign")) as other:
                other.execute("CREATE TABLE foreign_rows AS SELECT 1 AS number")
            (tmp_path / "foreign").replace(file)
        content = file.read_bytes()
        with pytest.raises(StoreError, match=r"not a store|not a database"):
            Store(file)
        assert_noticed(emulator, beacon_path("k"), "the file was deleted or replaced")
    assert file.read_bytes() == content
    with closing(Store(tmp_path / "ours")) as ours:
        assert ours.reader.keys() == {"k": 1}


def check_integrity(file):
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchone()[0]
