import pytest
import requests

from pendo_emulator.addresses import CONTROL_PREFIX

FAULT = {"endpoint": "guide.gif", "status": 503}


@pytest.fixture
def ask(pendo):
    def request(method, path, body=None):
        url = f"{pendo.url}{CONTROL_PREFIX}/keys/{pendo.api_key}/{path}"
        return requests.request(method, url, json=body, timeout=10)

    return request


def test_index_lists_the_settings(pendo):
    index = requests.get(f"{pendo.url}{CONTROL_PREFIX}/", timeout=30).json()
    assert {f"PUT {CONTROL_PREFIX}/keys/<api_key>/{setting}" for setting in ("faults", "subscription")} <= index.keys()


def test_faults_are_added_replaced_listed_and_cleared(ask):
    assert ask("PUT", "faults", [FAULT]).json() == [{"fault": FAULT, "seen": 0, "struck": 0}]
    assert len(ask("POST", "faults", [{"reset": True}]).json()) == 2
    assert [entry["fault"] for entry in ask("PUT", "faults", [FAULT]).json()] == [FAULT]
    assert ask("DELETE", "faults").json() == {"deleted": 1}
    assert ask("GET", "faults").json() == []


def test_applied_fault_is_counted_and_recorded(ask, pendo):
    ask("POST", "faults", [FAULT])
    requests.get(f"{pendo.url}/data/guide.gif/{pendo.api_key}", timeout=30)
    assert ask("GET", "faults").json()[0] == {"fault": FAULT, "seen": 1, "struck": 1}
    (exchange,) = ask("GET", "exchanges").json()["exchanges"]
    assert (exchange["status"], exchange["fault"], exchange["notes"]) == (503, "status=503", [])


def test_broken_document_is_rejected_with_every_violation(ask):
    response = ask("PUT", "faults", [FAULT, {"status": 42}, {"colour": "red"}])
    assert response.status_code == 400
    assert [violation["pointer"] for violation in response.json()["violations"]] == ["/1/status", "/2"]
    assert ask("GET", "faults").json() == []


def test_invalid_json_is_rejected(pendo):
    url = f"{pendo.url}{CONTROL_PREFIX}/keys/{pendo.api_key}/subscription"
    response = requests.put(url, data=b"{", timeout=30)
    assert (response.status_code, response.json()["violations"][0]["rule"]) == (400, "json")


def test_put_replaces_the_whole_subscription(ask):
    default = ask("GET", "subscription").json()
    changed = ask("PUT", "subscription", {"region": "eu", "segment_track": True}).json()
    assert changed == default | {"region": "eu", "segment_track": True}
    assert ask("PUT", "subscription", {}).json() == default


def test_faults_apply_to_requests_without_a_key(pendo_server):
    url = f"{pendo_server.control_url}/keys/-/faults"
    requests.put(url, json=[{"endpoint": "errorlog", "status": 418}], timeout=30)
    assert requests.post(f"{pendo_server.url}/data/errorlog", json={}, timeout=30).status_code == 418
    assert requests.delete(url, timeout=30).json() == {"deleted": 1}
