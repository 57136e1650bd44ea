"""Published clients of server-side ingest reach the emulator over TLS at the real host names."""

import json

import pytest

EVENT = {
    "event": "Order Completed", "visitorId": "v-1", "accountId": "a-1", "timestamp": 1795983963695,
    "properties": {"plan": "pro", "first": True}, "context": {"ip": "203.0.113.7"},
}  # fmt: skip
# Too long for a URL after compression: the SDK posts it.
LONG_PROMPT = "".join(map(chr, range(0x4E00, 0x6E00)))
HOSTS = ["app.pendo.io", "data.eu.pendo.io"]


@pytest.mark.parametrize("host", HOSTS)
def test_track_events_of_the_pendo_package_keep_their_contract(run_client, host):
    statuses, (exchange,) = run_client(
        "pendo", "send_track_events.py", "track-secret", f"https://{host}", json.dumps(EVENT)
    )
    assert statuses == [200]
    assert (exchange.good, exchange.beacon.api_key, exchange.beacon.place.host) == (True, "track-secret", host)
    (event,) = exchange.beacon.events
    assert (event.name, event.visitor_id, event.account_id) == ("Order Completed", "v-1", "a-1")


def test_pendo_package_raises_for_a_rejected_body(run_client):
    bodies = [json.dumps(body) for body in (EVENT | {"visitorId": ""}, "not JSON")]
    answers, exchanges = run_client("pendo", "send_track_events.py", "track-secret", "https://app.pendo.io", *bodies)
    assert answers == ["Request exited with status 400: Bad Request"] * 2
    assert [(exchange.status, exchange.good) for exchange in exchanges] == [(400, False)] * 2


@pytest.mark.parametrize(
    ("host", "prompt", "method"), [("app.pendo.io", "hello", "GET"), ("data.eu.pendo.io", LONG_PROMPT, "POST")]
)
def test_events_of_the_server_sdk_keep_their_contracts(run_client, host, prompt, method):
    warnings, exchanges = run_client(
        "pendo-server-sdk", "trace_agent.py", "api-key", f"https://{host}", prompt, '{"plan": "pro"}'
    )
    assert warnings == []
    assert {(exchange.good, exchange.beacon.api_key, exchange.beacon.place.host) for exchange in exchanges} == {
        (True, "api-key", host)
    }
    assert method in {exchange.envelope.method for exchange in exchanges}
    events = [event for exchange in exchanges for event in exchange.beacon.events]
    assert {event.type for event in events} == {"agent_trace", "prompt", "user_reaction"}
    assert {(event.visitor_id, event.account_id) for event in events} == {("v-1", "a-1")}
    traces = [event.value["props"] for event in events if event.type == "agent_trace"]
    assert {trace["agentTraceType"] for trace in traces} >= {"llm_request", "llm_response", "tool_request"}
    assert any(trace["agentTraceContent"].startswith(f"{{'found': '{prompt[:100]}") for trace in traces)


def test_server_sdk_drops_events_that_are_not_strict_json(run_client):
    warnings, exchanges = run_client(
        "pendo-server-sdk", "trace_agent.py", "api-key", "https://app.pendo.io", "hello", '{"ratio": NaN}'
    )
    assert "Ingestion returned HTTP 400" in warnings[0]
    assert [exchange.status for exchange in exchanges if not exchange.good] == [400]
