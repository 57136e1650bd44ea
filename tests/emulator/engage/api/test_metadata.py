"""Metadata through the Engage API: schema, single values, bulk updates and requests for deletion."""

from base64 import urlsafe_b64encode

import pytest
import requests

from pendo_contracts.wire import jzb
from tests.emulator.recorder.sample_requests import LOAD

BULK = "metadata/visitor/custom/value"


@pytest.fixture
def load(pendo):
    """Return a function that sends a load event of a visitor."""

    def send(visitor, **members):
        event = LOAD | {"visitor_id": visitor} | members
        url = pendo.host_url("data.pendo.io") + f"/data/ptm.gif/{pendo.api_key}"
        assert requests.get(url, params={"jzb": jzb.encode([event])}, timeout=30).status_code == 200

    return send


def fields(engage, kind="visitor"):
    schema = engage.get(f"metadata/schema/{kind}").json()
    return {group: {name: one["Type"] for name, one in fields.items()} for group, fields in schema.items()}


def test_bulk_update_counts_what_it_cannot_change(engage, load):
    load("v-1")
    load("v-2")
    entries = [{"visitorId": id_, "values": {"plan": "pro"}} for id_ in ("v-1", "v-2", "nobody", "")]
    answer = engage.request("POST", BULK, json=[*entries, {"visitorId": "v-1"}]).json()
    (error,) = answer.pop("errors")
    assert "entry 4" in error
    assert answer == {"total": 5, "updated": 2, "failed": 3, "missing": ["nobody", ""], "kind": "visitor"}
    assert engage.get(f"{BULK}/v-2/plan").json() == "pro"


@pytest.mark.parametrize("body", ["{", "{}", "1"])
def test_malformed_bulk_update_is_answered_400_as_text(engage, body):
    answer = engage.request("POST", BULK, data=body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")


def test_create_makes_visitors_and_accounts(engage):
    for kind in ("visitor", "account"):
        entries = [{f"{kind}Id": "new", "values": {"plan": "pro"}}]
        answer = engage.request("POST", f"metadata/{kind}/custom/value", params={"create": "true"}, json=entries)
        assert (answer.json()["updated"], answer.json()["missing"]) == (1, [])
        assert engage.get(f"{kind}/new").json()["metadata"]["custom"] == {"plan": "pro"}


@pytest.mark.parametrize("id_", ["v 3/ü", "a%b", "b64_x", "..", "ü" * 40])
def test_any_id_can_be_in_a_path(engage, load, id_):
    load(id_)
    encoded = "b64_" + urlsafe_b64encode(id_.encode()).decode()
    base64 = {"x-pendo-base64-encoded-params": "true"}
    assert engage.request("PUT", f"{BULK}/{encoded}/seats", json=5, headers=base64).status_code == 200
    percent = "".join(f"%{byte:02X}" for byte in id_.encode())
    assert engage.get(f"visitor/{encoded}", headers=base64).json()["id"] == id_
    if not id_.startswith("."):  # clients resolve the dots
        assert engage.get(f"{BULK}/{percent}/seats").json() == 5


def test_base64_needs_the_header(engage, load):
    load("v-1")
    assert engage.get("visitor/b64_" + urlsafe_b64encode(b"v-1").decode()).status_code == 404


def test_unknown_visitor_and_unknown_field_are_answered_404(engage, load):
    load("v-1")
    answer = engage.get("visitor/nobody")
    assert (answer.status_code, answer.text) == (404, "Error while getting visitor, no such entity found")
    assert [engage.get(f"{BULK}/{path}").status_code for path in ("nobody/plan", "v-1/plan")] == [404, 404]
    assert engage.request("PUT", f"{BULK}/nobody/plan", json="pro").status_code == 404


def test_do_not_process_drops_later_events(engage, load):
    load("v-1")
    path = "metadata/visitor/pendo/value/v-1/donotprocess"
    assert engage.get(path).json() is False
    assert engage.request("PUT", path, json=True).status_code == 200
    load("v-1", browser_time=1795376109999)
    assert engage.get(path).json() is True
    assert engage.get("metadata/visitor/auto/value/v-1/lastvisit").json() == LOAD["browser_time"]
    assert [row["numEvents"] for row in engage.rows("events")] == [1]
    assert engage.request("PUT", path, json="yes").status_code == 400


def test_own_fields_of_pendo_cannot_be_written(engage, load):
    load("v-1")
    answers = [engage.request("PUT", "metadata/visitor/auto/value/v-1/firstvisit", json=1)]
    answers += [engage.request("PUT", "metadata/visitor/pendo/value/v-1/blacklistguides", json=True)]
    assert [answer.status_code for answer in answers] == [400, 400]


def test_schema_has_pendos_fields_and_those_that_were_sent(engage, load):
    load("v-1")
    engage.request("POST", BULK, json=[{"visitorId": "v-1", "values": {"Seats": 5, "Tags": ["a"], "since": None}}])
    found = fields(engage)
    assert found["custom"] == {"seats": "integer", "tags": "list", "since": ""}
    assert (found["auto"]["lastvisit"], found["pendo"]["donotprocess"]) == ("time", "boolean")
    assert engage.get("metadata/visitor/auto__323232/value/v-1/lastvisit").json() == LOAD["browser_time"]
    seats = engage.get("metadata/schema/visitor").json()["custom"]["seats"]
    assert (seats["DisplayName"], seats["sample"], seats["isDeleted"]) == ("Seats", 5, False)


def test_unknown_kind_has_an_empty_schema(engage):
    answer = engage.get("metadata/schema/AccountMetadata")
    assert (answer.status_code, answer.json()) == (200, {})


def test_fields_are_defined_deleted_and_defined_again(engage):
    path = "metadata/schema/account/custom"

    def define(*entries):
        answer = engage.request("POST", path, json=list(entries))
        return answer.status_code, [one["status"] for one in answer.json()["results"]], answer.json()["summary"]

    plan, wrong = {"name": "Plan", "displayname": "The plan", "type": "number"}, {"name": "x", "type": "object"}
    assert define(plan) == (201, ["created"], {"created": 1, "failed": 0, "total": 1})
    assert define(plan, {"name": "y", "type": "time"})[:2] == (207, ["failed", "created"])
    assert (define(plan)[0], define(wrong)[0]) == (409, 422)
    assert fields(engage, "account")["custom"] == {"plan": "float", "y": "time"}
    assert [engage.request("DELETE", f"{path}/{name}").status_code for name in ("plan", "plan", "no")] == [
        200,
        202,
        404,
    ]
    assert define(plan) == (201, ["undeleted"], {"created": 0, "failed": 0, "undeleted": 1, "total": 1})
    assert engage.request("POST", path, json=[plan] * 25).status_code == 400


def test_requests_for_deletion_are_kept(engage, load):
    load("v-1")
    answer = engage.request("POST", "bulkdelete/visitor", json={"visitors": ["v-1", "nobody"]}).json()
    assert (answer["kind"], answer["total"]) == ("visitor", 2)
    assert engage.get("bulkdelete").json() == [answer] == [engage.get(f"bulkdelete/{answer['id']}").json()]
    assert engage.get("metadata/visitor/pendo/value/v-1/donotprocess").json() is True
    again = engage.request("POST", "bulkdelete/visitor", json={"visitors": ["v-1"]})
    assert (again.status_code, "already queued" in again.text) == (400, True)
    assert engage.get("bulkdelete/nothing").status_code == 404


@pytest.mark.parametrize("body", [{}, {"visitors": []}, {"visitors": "v-1"}, {"accounts": ["a"]}, []])
def test_deletion_needs_ids(engage, body):
    answer = engage.request("POST", "bulkdelete/visitor", json=body)
    assert (answer.status_code, answer.text) == (400, "No IDs in payload")


def test_ids_are_lower_case_where_the_settings_say_so(pendo, engage, load):
    pendo.subscribe(engage={"lower_case_ids": True})
    load("V-1")
    answer = engage.request("POST", BULK, json=[{"visitorId": "v-1", "values": {"plan": "pro"}}])
    assert (answer.json()["updated"], engage.get(f"{BULK}/V-1/plan").json()) == (1, "pro")
    assert engage.request("POST", BULK, json=[{"visitorId": "V-1", "values": {"plan": "free"}}]).json()["missing"] == []
    assert engage.get("visitor/V-1").json()["metadata"]["custom"] == {"plan": "free"}
    segment = engage.request("POST", "segment/upload", json={"name": "s", "visitors": ["V-1"]}).json()["segmentId"]
    assert len(engage.rows("visitors", {"segment": {"id": segment}})) == 1


def test_strict_fields_must_be_defined(pendo, engage, load):
    load("v-1")
    pendo.subscribe(engage={"strict_fields": True})
    assert engage.request("PUT", f"{BULK}/v-1/plan", json="pro").status_code == 404
    entries = [{"visitorId": "v-1", "values": {"plan": "pro"}}]
    assert engage.request("POST", BULK, json=entries).status_code == 400
    engage.request("POST", "metadata/schema/visitor/custom", json=[{"name": "plan", "type": "string"}])
    assert engage.request("POST", BULK, json=entries).json()["updated"] == 1


def test_dependencies_of_a_field_are_the_segments_that_name_it(pendo, engage, load):
    load("v-1")
    segment = {"id": "s", "name": "Buyers", "dependentMetadata": ["visitor.auto.firstvisit"]}
    pendo.emulator.recorder.engage_objects.put(pendo.api_key, "segment", "s", segment)
    path = "metadata/dependencies"
    found = [engage.get(one).json() for one in (path, f"{path}/visitor/auto/firstvisit", f"{path}/visitor/auto/id")]
    assert [[one["id"] for one in answer] for answer in found] == [["s"], ["s"], []]
    assert [engage.get(f"{path}/{one}").status_code for one in ("visitor/auto/no", "page/auto/id")] == [404, 404]
