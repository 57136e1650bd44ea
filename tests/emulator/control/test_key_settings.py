import pytest
import requests

from pendo_emulator.http.request import PREFIX

FAULT = {"endpoint": "guide.gif", "status": 503}


@pytest.fixture
def ask(pendo):
    def request(method, path, body=None):
        url = f"{pendo.url}{PREFIX}/keys/{pendo.api_key}/{path}"
        return requests.request(method, url, json=body, timeout=10)

    return request


def test_the_index_lists_what_can_be_set(pendo):
    index = requests.get(f"{pendo.url}{PREFIX}/", timeout=5).json()
    assert {f"PUT {PREFIX}/keys/<api_key>/{what}" for what in ("faults", "subscription")} <= index.keys()


def test_faults_are_added_replaced_listed_and_cleared(ask):
    assert ask("PUT", "faults", [FAULT]).json() == [{"fault": FAULT, "seen": 0, "struck": 0}]
    assert len(ask("POST", "faults", [{"reset": True}]).json()) == 2
    assert [entry["fault"] for entry in ask("PUT", "faults", [FAULT]).json()] == [FAULT]
    assert ask("DELETE", "faults").json() == {"deleted": 1}
    assert ask("GET", "faults").json() == []


def test_a_fault_strikes_and_says_so_everywhere(ask, pendo):
    ask("POST", "faults", [FAULT])
    requests.get(f"{pendo.url}/data/guide.gif/{pendo.api_key}", timeout=5)
    assert ask("GET", "faults").json()[0] == {"fault": FAULT, "seen": 1, "struck": 1}
    (exchange,) = ask("GET", "exchanges").json()["exchanges"]
    assert (exchange["status"], exchange["fault"], exchange["notes"]) == (503, "status=503", [])


def test_a_wrong_document_is_told_everything_at_once_and_changes_nothing(ask):
    answer = ask("PUT", "faults", [FAULT, {"status": 42}, {"colour": "red"}])
    assert answer.status_code == 400
    assert [violation["pointer"] for violation in answer.json()["violations"]] == ["/1/status", "/2"]
    assert ask("GET", "faults").json() == []


def test_what_is_no_json_is_told_so(pendo):
    url = f"{pendo.url}{PREFIX}/keys/{pendo.api_key}/subscription"
    answer = requests.put(url, data=b"{", timeout=5)
    assert (answer.status_code, answer.json()["violations"][0]["rule"]) == (400, "json")


def test_a_subscription_is_set_as_a_whole(ask):
    nothing = ask("GET", "subscription").json()
    known = ask("PUT", "subscription", {"region": "eu", "segment_track": True}).json()
    assert known == nothing | {"region": "eu", "segment_track": True}
    assert ask("PUT", "subscription", {}).json() == nothing


def test_requests_that_name_no_key_can_be_struck(pendo_server):
    url = f"{pendo_server.control_url}/keys/-/faults"
    requests.put(url, json=[{"endpoint": "errorlog", "status": 418}], timeout=5)
    assert requests.post(f"{pendo_server.url}/data/errorlog", json={}, timeout=5).status_code == 418
    assert requests.delete(url, timeout=5).json() == {"deleted": 1}
