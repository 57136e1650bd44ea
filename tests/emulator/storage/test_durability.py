"""A store that cannot be written: requests get 503, health and log report it, and it recovers by itself."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
import requests

from pendo_emulator.errors import StoreError
from pendo_emulator.limits import Limits, Retention
from pendo_emulator.server import Emulator
from pendo_emulator.storage.database import open_database
from pendo_emulator.storage.store import Store
from tests.emulator.storage.recovery import assert_recovered, assert_unavailable
from tests.served_address import read_address

SERVE = [Path(sys.executable).with_name("pendo-emulator"), "serve", "--port", "0", "--log", "none"]


@contextmanager
def serving(store, **options):
    """Serve in a separate process; yield its address and the process."""
    line = [*SERVE, "--store", str(store)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options) as server:
        try:
            yield read_address(server), server
        finally:
            server.send_signal(signal.SIGTERM)


def test_locked_store_answers_503(tmp_path, beacon_path, caplog):
    file = tmp_path / "x.sqlite3"
    with Emulator(file) as emulator, closing(sqlite3.connect(file, isolation_level=None)) as other:
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        other.execute("BEGIN EXCLUSIVE")
        assert_unavailable(emulator.url, beacon_path("k"))
        other.execute("ROLLBACK")
        assert_recovered(emulator.url, beacon_path("k"), 2)
    assert "1 requests are answered 503" in caplog.text
    assert "database is locked" in caplog.text


def test_read_that_fails_is_not_called_a_write(tmp_path, beacon_path):
    with Emulator(tmp_path / "x.sqlite3") as emulator:
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        (tmp_path / "x.sqlite3-wal").unlink()
        answer = requests.get(f"{emulator.url}/_emulator/keys", timeout=30)
        title = answer.json()["title"]
        assert (answer.status_code, "cannot be read" in title, "cannot be written" in title) == (503, True, False)


@pytest.mark.parametrize("url", ["postgresql://u:secret@[::1/d", "postgres://u:secret@h]:1/d"])
def test_invalid_url_is_an_error_without_its_password(url):
    with pytest.raises(StoreError, match="not valid") as caught:
        Store(url)
    assert "secret" not in str(caught.value)


def test_unresponsive_database_times_out(new_database, beacon_path):
    url = new_database()
    with Emulator(url) as emulator:
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        backend = last_writer(url)
        os.kill(backend, signal.SIGSTOP)
        try:
            assert requests.get(emulator.url + beacon_path("k"), timeout=20).status_code == 503
        finally:
            os.kill(backend, signal.SIGCONT)
        assert requests.get(emulator.url + beacon_path("k"), timeout=20).status_code == 200


def last_writer(url):
    """Return the process of the server that committed last for another connection to this database."""
    with psycopg.connect(url) as connection:
        ((process,),) = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = 'COMMIT'"
        ).fetchall()
    return process


def test_retention_continues_after_the_connection_is_lost(new_database, beacon_path, wait_until):
    url = new_database()
    with Emulator(url, limits=Limits(retention=Retention(exchanges=1))) as emulator:
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        for _ in range(5):
            requests.get(emulator.url + beacon_path("k"), timeout=10)
        wait_until(lambda: emulator.recorder.keys() == {"k": 1})


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="the limit of a process's files is Linux's to change")
def test_full_disk_answers_503(tmp_path, beacon_path):
    with serving(tmp_path / "x.sqlite3") as (url, server):
        assert requests.get(url + beacon_path("k"), timeout=30).status_code == 200
        limit = resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        assert_unavailable(url, beacon_path("k"))
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, limit)
        assert_recovered(url, beacon_path("k"), 2)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="the limit of a process's files is Linux's to change")
def test_readyz_fails_while_large_requests_do_not_fit(tmp_path, beacon_path):
    large = b"x" * 1_000_000
    with serving(tmp_path / "x.sqlite3") as (url, server):
        assert requests.get(url + beacon_path("k"), timeout=30).status_code == 200
        room = (tmp_path / "x.sqlite3-wal").stat().st_size + 400_000
        limit = resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        answer = requests.post(f"{url}/data/errorlog?apiKey=k", data=large, timeout=10)
        assert (answer.status_code, "free space" in answer.json()["title"]) == (503, True)
        assert requests.get(url + beacon_path("k"), timeout=30).status_code == 200
        assert requests.get(f"{url}/readyz", timeout=30).status_code == 503
        assert requests.get(url + beacon_path("k"), timeout=30).status_code == 200
        assert requests.get(f"{url}/readyz", timeout=30).status_code == 503
        assert requests.delete(f"{url}/_emulator/keys/k", timeout=30).status_code == 200
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, limit)
        assert requests.get(f"{url}/readyz", timeout=30).status_code == 200
        assert requests.post(f"{url}/data/errorlog?apiKey=k", data=large, timeout=10).status_code != 503


def test_database_without_connections_answers_503(new_database, beacon_path):
    url = new_database()
    name = url.rpartition("/")[0] and url.partition("?")[0].rpartition("/")[2]
    with Emulator(url) as emulator, psycopg.connect(url.replace(f"/{name}?", "/postgres?"), autocommit=True) as other:
        assert requests.get(emulator.url + beacon_path("k"), timeout=30).status_code == 200
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        assert_unavailable(emulator.url, beacon_path("k"))
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert_recovered(emulator.url, beacon_path("k"), 2)


@pytest.mark.parametrize(("durability", "level"), [("full", 2), ("normal", 1), ("memory", 0)])
def test_durability_sets_synchronous_in_sqlite(tmp_path, durability, level):
    with closing(open_database(tmp_path / "x.sqlite3", durability).connect()) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (level,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize(("durability", "setting"), [("full", "on"), ("normal", "off")])
def test_durability_sets_synchronous_commit_in_postgresql(new_database, durability, setting):
    with open_database(new_database(), durability).connect() as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == (setting,)


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="there is no folder in memory")
def test_memory_store_is_in_memory():
    with Emulator(durability="memory") as emulator:
        assert os.path.commonpath([emulator.recorder.store.database.file, "/dev/shm"]) == "/dev/shm"
