import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
import requests

from pendo_contracts.report import as_text
from pendo_emulator.api_key_space import Space
from pendo_emulator.errors import NotKeptError
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store

SERVE = (
    "import sys; from pathlib import Path; from pendo_emulator.server import Emulator;"
    "e = Emulator(Path(sys.argv[1])).start(); print(e.url, flush=True)"
)


def test_two_hundred_concurrent_spaces_are_isolated(pendo_server, beacon_path):
    spaces = [Space.fresh(pendo_server) for _ in range(200)]

    def use(space):
        for _ in range(3):
            requests.get(space.url + beacon_path(space.api_key, visitor_id=space.api_key), timeout=30)
        return {event.value["visitor_id"] for event in space.events()}, len(space.wait(3))

    with ThreadPoolExecutor(200) as pool:
        seen = list(pool.map(use, spaces))
    assert seen == [({space.api_key}, 3) for space in spaces]


def test_answered_requests_survive_kill_9(tmp_path, beacon_path):
    store = tmp_path / "exchanges.sqlite3"
    server = subprocess.Popen([sys.executable, "-c", SERVE, str(store)], stdout=subprocess.PIPE, text=True)
    url = server.stdout.readline().strip()

    def send_until_killed(sender):
        for number in count():
            try:
                requests.get(url + beacon_path("k", visitor_id=f"{sender}-{number}"), timeout=30).raise_for_status()
            except requests.RequestException:
                return number
            if sender == number == 7:
                server.send_signal(signal.SIGKILL)
        return None

    with ThreadPoolExecutor(8) as pool:
        acknowledged = dict(enumerate(pool.map(send_until_killed, range(8))))
    server.wait()
    server.stdout.close()
    recorder = Recorder(Store(store))
    stored = [event.value["visitor_id"] for x in recorder.read_all(Query()) for event in x.beacon.events]
    recorder.close()
    assert {f"{sender}-{n}" for sender, last in acknowledged.items() for n in range(last)} <= set(stored)
    assert len(stored) == len(set(stored))
    assert sum(acknowledged.values()) > 8


def test_stopped_emulator_deletes_its_temporary_store(beacon_path):
    with Emulator() as emulator:
        requests.get(emulator.url + beacon_path("k"), timeout=30)
        folder = emulator.recorder.store.database.file.parent
    with pytest.raises(requests.ConnectionError):
        requests.get(emulator.url, timeout=30)
    with pytest.raises(FileNotFoundError):
        open(folder)  # noqa: PTH123, SIM115 - it must not exist


def test_port_in_use_raises_an_error(pendo_server):
    with pytest.raises(OSError, match="in use"):
        Emulator(port=int(pendo_server.url.rpartition(":")[2]))


def test_failed_expectation_reports_what_arrived(pendo, send):
    send()
    with pytest.raises(NotKeptError, match=r"0 of 1 type=track arrived within[^$]*load"):
        pendo.wait(type="track", timeout=0.01)
    with pytest.raises(NotKeptError, match="nothing arrived"):
        Space.fresh(pendo.emulator).assert_kept()
    pendo.assert_kept()
    pendo.expect_silence(0.01)
    assert "KEPT" in as_text(pendo.report())
