"""Published clients of Pendo's Engage API, unmodified, read exactly what was sent before.

With ALL_CLIENTS=1 (`make all-clients`), tap-pendo syncs all streams, and airbyte-source-pendo runs too.
"""

import os

import pytest
import requests

from pendo_emulator.api_key_space import Space
from pendo_emulator.server import Emulator
from pendo_emulator.tls.authority import Authority
from tests.clients.engage_stack import EngageStack

needs_all_clients = pytest.mark.skipif(not os.environ.get("ALL_CLIENTS"), reason="takes minutes: make all-clients")
VISITORS = {"agent-1", "agent-2", "webhook-1", "server-1"}
TRACK_EVENTS = {"Signed Up": 3, "Bought": 1, "Paid": 1}
PERIOD = {"period": "dayRange", "first": "now()", "count": -2}


@pytest.fixture(scope="module")
def emulator(authority_folder):
    with Emulator(authority=Authority.open(authority_folder)) as running:
        yield running


@pytest.fixture(scope="module")
def stack(emulator, tmp_path_factory):
    """Return a stack to which the Python agent, the webhook and a server have sent events."""
    stack = EngageStack(Space.fresh(emulator), tmp_path_factory.mktemp("clients"))
    stack.space.subscribe(segment_track=True)
    stack.send_by_agent("agent-1", "Signed Up", "Bought")
    stack.send_by_agent("agent-2", "Signed Up")
    stack.send_by_webhook(type="identify", userId="webhook-1", traits={"seats": 5})
    stack.send_by_webhook(type="group", userId="webhook-1", groupId="a-1", traits={"size": 7})
    stack.send_by_webhook(type="track", userId="webhook-1", event="Signed Up", properties={"step": 1})
    stack.send_by_server("server-1", "Paid")
    definitions = {"pages": [{"name": "Home", "rules": ["//app.example/home"]}], "guides": [{"name": "Welcome"}]}
    url = f"{emulator.control_url}/keys/{stack.space.api_key}/engage/definitions"
    assert requests.put(url, json=definitions, timeout=30).status_code == 200
    return stack


def counts(records, name="track_type_id"):
    return sum(record["num_events"] for record in records), {record[name] for record in records}


@pytest.mark.timeout(300)
def test_tap_pendo_reads_the_track_events_that_were_sent(stack):
    records = stack.run_tap("track_types", "track_events", "accounts")
    assert set(records) == {"track_types", "track_events", "accounts"}
    types = {record["id"]: record["name"] for record in records["track_types"]}
    assert sorted(types.values()) == sorted(TRACK_EVENTS)
    events = dict.fromkeys(TRACK_EVENTS, 0)
    for record in records["track_events"]:
        events[types[record["track_type_id"]]] += record["num_events"]
    assert events == TRACK_EVENTS
    assert {record["visitor_id"] for record in records["track_events"]} == VISITORS
    assert {record["account_id"] for record in records["accounts"]} == {"a-1", "a-2"}


def test_audience_of_segment_becomes_a_segment(stack):
    result = stack.sync_audience()
    assert result == {"created": result["read"], "read": result["created"], "statuses": [200, 200, 200]}
    (segment,) = stack.ask("GET", "segment").json()
    assert (segment["id"], segment["name"]) == (result["created"], "trial users")
    rows = stack.rows({"visitors": None}, {"segment": {"id": segment["id"]}})
    assert rows == []  # v-2 is in the segment, but Pendo has not seen it
    job = stack.ask("POST", f"segment/{segment['id']}/visitors").json()["jobId"]
    members = stack.ask("GET", f"segment/{segment['id']}/visitors/{job}/results/csv").text.split()
    assert members == ["visitorId", "empty-visitor", "v-2"]


def test_scripts_read_the_rows_that_were_sent(stack):
    visitors = stack.rows({"visitors": {"identified": True}})
    assert {row["visitorId"] for row in visitors} == VISITORS
    metadata = {row["visitorId"]: row["metadata"] for row in visitors}
    assert (metadata["agent-1"]["agent"]["plan"], metadata["webhook-1"]["segmentio"]) == ("pro", {"seats": 5})
    tracks = stack.rows({"trackEvents": None, "timeSeries": {"period": "dayRange", "first": "now()", "count": 1}})
    assert sum(row["numEvents"] for row in tracks) == sum(TRACK_EVENTS.values())
    assert {row["server"] for row in tracks if row["visitorId"] == "server-1"} == {"__apitrackevent__"}


def test_wrong_integration_key_ends_the_tap(stack):
    with pytest.raises(AssertionError, match="403 Client Error"):
        stack.run_tap("accounts", integration_key="wrong")


@needs_all_clients
@pytest.mark.timeout(600)
@pytest.mark.parametrize("period", ["dayRange", "hourRange"])
def test_tap_pendo_syncs_all_streams(stack, period):
    records = stack.run_tap(period=period)
    assert {record["visitor_id"] for record in records["visitors"]} == VISITORS
    assert counts(records["track_events"])[0] == sum(TRACK_EVENTS.values())
    (page,) = records["pages"]
    assert {record["page_id"] for record in records["page_events"]} == {page["id"]}
    assert sum(record["num_events"] for record in records["page_events"]) == 2
    assert {record["visitor_id"] for record in records["visitor_history"]} <= VISITORS


@needs_all_clients
@pytest.mark.timeout(600)
def test_airbyte_reads_the_lists_and_schemas(stack):
    records = stack.run_airbyte()
    assert records == {"Page": 1, "Guide": 1, "Account Metadata": 1, "Visitor Metadata": 1}
