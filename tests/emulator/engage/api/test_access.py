"""Integration keys open the Engage API on Pendo's app hosts; every request is recorded."""

import pytest
import requests

from pendo_contracts.wire.region import REGIONS
from pendo_emulator.engage.store.integration_keys import KeyInUseError
from pendo_emulator.storage.query import Query

VERIFY = "/api/v1/token/verify"


def verify(base, key):
    return requests.get(base + VERIFY, headers={"x-pendo-integration-key": key}, timeout=30)


def test_each_key_says_whether_it_can_write(reader, engage):
    assert reader.get("token/verify").json() == {"valid": True, "writeAccess": False}
    assert engage.get("token/verify").json() == {"valid": True, "writeAccess": True}


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_app_host_of_each_region_has_the_api(pendo, keys, region):
    assert verify(pendo.host_url(region.app_host), keys.read_only).status_code == 200
    assert verify(pendo.host_url(region.data_host), keys.read_only).status_code == 404


def test_own_address_has_the_api_and_a_cname_has_not(pendo, keys):
    assert verify(pendo.url, keys.read_only).status_code == 200
    assert verify(pendo.host_url("content.customer.example"), keys.read_only).status_code == 404


@pytest.mark.parametrize("key", ["", "wrong"])
def test_wrong_key_is_answered_403_without_a_body(pendo, key):
    answer = verify(pendo.host_url("app.pendo.io"), key)
    assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (403, b"", "0")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_read_only_key_changes_nothing(reader, method):
    answer = reader.request(method, "segment/upload")
    assert (answer.status_code, answer.content) == (403, b"")
    assert "read-only" in answer.headers["X-Emulator-Note"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "metadata/visitor/custom/value/v-1/export"),
        ("PUT", "segment/S/visitor/export"),
        ("DELETE", "segment/S/visitor/visitors"),
        ("POST", "metadata/schema/visitor/export"),
        ("POST", "bulkdelete/visitors"),
    ],
)
def test_read_only_key_changes_nothing_at_paths_that_end_like_a_question(reader, method, path):
    assert reader.request(method, path, json={}).status_code == 403


def test_key_of_a_region_is_unknown_in_other_regions(pendo, keys):
    pendo.subscribe(region="eu")
    answers = [verify(pendo.host_url(REGIONS[name].app_host), keys.read_only) for name in ("eu", "io", "jp")]
    assert [(answer.status_code, answer.content != b"") for answer in answers] == [
        (200, True),
        (403, False),
        (403, False),
    ]
    assert "belongs to region eu" in answers[1].headers["X-Emulator-Note"]
    assert verify(pendo.url, keys.read_only).status_code == 200


def test_read_only_key_can_export_and_run_pipelines_unless_the_settings_forbid_it(pendo, engage, reader):
    segment = engage.request("POST", "segment/upload", json={"name": "s", "visitors": []}).json()["segmentId"]
    assert reader.request("POST", f"segment/{segment}/visitors").status_code == 200
    assert reader.rows("visitors") == []
    pendo.subscribe(engage={"aggregation_needs_write": True})
    body = {"request": {"pipeline": [{"source": {"visitors": None}}]}}
    assert [one.request("POST", "aggregation", json=body).status_code for one in (reader, engage)] == [403, 200]


@pytest.mark.parametrize("path", ["nothing", "", "a%2Fb//c/"])
def test_unknown_path_is_answered_404_as_text(reader, path):
    answer = reader.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")


def test_request_is_recorded_without_its_integration_key(pendo, reader):
    answer = reader.get("token/verify")
    (exchange,) = pendo.exchanges()
    assert str(exchange.id) == answer.headers["X-Emulator-Exchange"]
    assert (exchange.status, exchange.verdict, exchange.beacon.api_key) == (200, "not-judged", pendo.api_key)
    assert exchange.envelope.headers["x-pendo-integration-key"] == "(hidden)"


def test_request_with_a_wrong_key_is_recorded_without_api_key(pendo):
    number = int(verify(pendo.host_url("app.pendo.io"), "wrong").headers["X-Emulator-Exchange"])
    (exchange,) = pendo.emulator.recorder.read(Query(after=number - 1), 1)
    assert (exchange.id, exchange.status, exchange.beacon.api_key) == (number, 403, "")


def test_keys_stay_the_same_and_can_be_chosen(pendo, keys):
    integration_keys = pendo.emulator.recorder.integration_keys
    assert integration_keys.get(pendo.api_key) == keys
    chosen = f"{pendo.api_key}-chosen"
    integration_keys.set(pendo.api_key, chosen, can_write=True)
    assert integration_keys.get(pendo.api_key) == (keys.read_only, chosen)
    assert integration_keys.find(keys.read_write) is None
    with pytest.raises(KeyInUseError):
        integration_keys.set("another key", chosen, can_write=True)


def test_keys_are_not_in_their_representation(keys):
    assert keys.read_only not in repr(keys)


def test_fault_of_the_key_fails_requests_and_prevents_changes(pendo, engage):
    pendo.fault(status=429, retry_after=3, times=1)
    answer = engage.request("POST", "segment/upload", json={"name": "a", "visitors": ["v1"]})
    assert (answer.status_code, answer.reason, answer.headers["Retry-After"]) == (429, "Too Many Requests", "3")
    assert pendo.exchanges()[-1].fault.startswith("status=429")
    assert engage.get("segment").json() == []


def test_fault_can_spoil_the_body_of_an_answer(pendo, engage):
    pendo.fault(body="html", times=1)
    assert engage.get("token/verify").headers["Content-Type"] == "text/html"
    assert engage.get("token/verify").json()["valid"]
