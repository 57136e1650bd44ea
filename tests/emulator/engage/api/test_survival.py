"""What clients of the Engage API write survives a restart, and the deletion of old exchanges."""

import json

import pytest

from pendo_emulator.server import Emulator
from tests.emulator.engage.api.conftest import EngageClient

ENTRIES = [{"visitorId": "v-1", "values": {"plan": "pro"}}]


@pytest.fixture
def restart(tmp_path):
    """Return a function that runs an emulator with the same store, and returns a client of the key `k`."""
    running = []

    def start():
        stop()
        running.append(Emulator(tmp_path / "store.sqlite3").__enter__())
        emulator = running[-1]
        keys = emulator.recorder.integration_keys.get("k")
        return EngageClient(emulator.host_url("app.pendo.io"), keys.read_write), emulator.recorder

    def stop():
        while running:
            running.pop().__exit__(None, None, None)

    yield start
    stop()


def test_first_write_of_a_key_survives_retention(restart):
    engage, recorder = restart()
    bulk = "metadata/account/custom/value"
    assert engage.request("POST", bulk, params={"create": "true"}, json=[{"accountId": "a", "values": {"x": 1}}]).ok
    assert recorder.profiles.catch_up.derive_before_deletion([(1, "k")])
    recorder.active_keys.delete_others([(1, "k")])
    assert engage.get("account/a").json()["metadata"]["custom"] == {"x": 1}


def test_writes_survive_a_restart_and_retention(restart):
    engage, _ = restart()
    bulk = "metadata/visitor/custom/value"
    assert engage.request("POST", bulk, params={"create": "true"}, json=ENTRIES).json()["updated"] == 1
    assert engage.request("PUT", f"{bulk}/v-1/seats", data=json.dumps(5)).status_code == 200
    assert engage.request("PUT", "metadata/visitor/pendo/value/v-1/donotprocess", json=True).status_code == 200
    segment = engage.request("POST", "segment/upload", json={"name": "s", "visitors": ["v-1"]}).json()["segmentId"]
    deletion = engage.request("POST", "bulkdelete/account", json={"accounts": ["a"]}).json()["id"]
    again, recorder = restart()
    assert recorder.profiles.catch_up.derive_before_deletion([(100, "k")])
    recorder.active_keys.delete_others([(number, "k") for number in range(1, 101)])
    assert recorder.keys() == {}
    found = again.get("visitor/v-1").json()["metadata"]
    assert (found["custom"], found["pendo"]) == ({"plan": "pro", "seats": 5}, {"donotprocess": True})
    assert again.rows("visitors", {"segment": {"id": segment}}, {"select": {"id": "visitorId"}}) == [{"id": "v-1"}]
    assert again.get(f"bulkdelete/{deletion}").json()["kind"] == "account"
    assert set(again.get("metadata/schema/visitor").json()["custom"]) == {"plan", "seats"}
