"""Requests for deletion mark visitors and accounts at once; after some days they are in no answer."""

import pytest

from pendo_emulator.api_key_space import Space
from pendo_emulator.clock import RunSettings, clock_from
from pendo_emulator.server import Emulator
from tests.emulator.engage.api.conftest import EngageClient

EVENT_SOURCES = ("events", "trackEvents", "singleEvents")


@pytest.fixture
def two_visitors(send):
    """Send events of two visitors, each of its own account."""
    for visitor, account in (("v-1", "a-1"), ("v-2", "a-2")):
        send(visitor_id=visitor, account_id=account)
        send(type="track", visitor_id=visitor, account_id=account, props={"event": "Signed Up"})


def delete(engage, kind, *ids):
    return engage.request("POST", f"bulkdelete/{kind}", json={f"{kind}s": list(ids)}).json()


@pytest.mark.usefixtures("two_visitors")
def test_request_for_deletion_is_outstanding_until_it_is_done(pendo, engage):
    asked = delete(engage, "visitor", "v-1", "nobody")
    assert engage.get("bulkdelete").json() == [asked]
    assert (asked["status"], asked["total"]) == ("pending", 2)
    pendo.subscribe(engage={"deleted_after_days": 0})
    assert engage.get("bulkdelete").json() == []
    assert engage.get(f"bulkdelete/{asked['id']}").json() == asked | {"status": "complete"}


@pytest.mark.usefixtures("two_visitors")
def test_deleted_visitor_is_in_no_answer(pendo, engage):
    pendo.subscribe(engage={"deleted_after_days": 0})
    delete(engage, "visitor", "v-1")
    assert [row["visitorId"] for row in engage.rows("visitors")] == ["v-2"]
    for source in EVENT_SOURCES:
        assert {row["visitorId"] for row in engage.rows(source)} == {"v-2"}
    assert engage.rows("doNotProcessVisitors") == []
    paths = ["visitor/v-1", "visitor/v-1/history?starttime=1", "metadata/visitor/pendo/value/v-1/donotprocess"]
    assert [engage.get(path).status_code for path in paths] == [404] * 3
    written = engage.request("POST", "metadata/visitor/custom/value", json=[{"visitorId": "v-1", "values": {"x": 1}}])
    assert written.json()["missing"] == ["v-1"]


@pytest.mark.usefixtures("two_visitors")
def test_deleted_account_is_in_no_answer(pendo, engage):
    pendo.subscribe(engage={"deleted_after_days": 0})
    delete(engage, "account", "a-2")
    assert [row["accountId"] for row in engage.rows("accounts")] == ["a-1"]
    for source in EVENT_SOURCES:
        assert {row["accountId"] for row in engage.rows(source, {"select": {"accountId": "accountId"}})} == {"a-1"}
        assert engage.rows(source, {"reduce": {"rows": {"count": None}}}) == [{"rows": 1 + (source == "singleEvents")}]
    assert engage.get("account/a-2").status_code == 404
    assert [row["visitorId"] for row in engage.rows("visitors")] == ["v-1", "v-2"]


@pytest.mark.usefixtures("two_visitors")
def test_pending_deletion_drops_only_later_events(engage, send):
    delete(engage, "visitor", "v-1")
    send(visitor_id="v-1", account_id="a-1", url="https://app.example/later")
    assert {row["visitorId"] for row in engage.rows("events")} == {"v-1", "v-2"}
    assert sum(row["numEvents"] for row in engage.rows("events") if row["visitorId"] == "v-1") == 1


def test_times_of_writes_are_those_of_the_clock_of_the_emulator():
    at = 1_795_376_101_244
    with Emulator(run=RunSettings(clock_from(at))) as emulator:
        space = Space.fresh(emulator)
        engage = EngageClient(space.host_url("app.pendo.io"), space.integration_key)
        bulk = "metadata/visitor/custom/value?create=true"
        engage.request("POST", bulk, json=[{"visitorId": "v-1", "values": {"x": 1}}])
        segment = engage.request("POST", "segment/upload", json={"name": "s", "visitors": []}).json()["segmentId"]
        updated = engage.get("visitor/v-1").json()["metadata"]["auto"]["lastupdated"]
        asked = engage.request("POST", "bulkdelete/visitor", json={"visitors": ["v-1"]}).json()
        times = [updated, engage.get(f"segment/{segment}").json()["createdAt"], asked["createdAt"]]
        assert [at <= time < at + 600_000 for time in times] == [True] * 3
