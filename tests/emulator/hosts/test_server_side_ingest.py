"""Server-side ingest: the answers and records of /data/track, /data/agentic and agenticsdk."""

import pytest
import requests

from pendo_contracts.wire import jzb
from pendo_contracts.wire.region import REGIONS
from pendo_emulator.storage.query import Query
from pendo_emulator.subscription import Subscription

TRACK = {
    "type": "track", "event": "Signed Up", "visitorId": "u1", "accountId": "acme", "timestamp": 1795983963695,
    "properties": {"plan": "pro"}, "context": {"ip": "203.0.113.7"},
}  # fmt: skip
PROMPT = {
    "type": "prompt", "visitor_id": "u1", "account_id": "acme", "timestamp": 1795983963695,
    "props": {"agentId": "a", "conversationId": "c", "messageId": "m", "content": "Hello"},
}  # fmt: skip
TRACE = PROMPT | {"type": "agent_trace", "props": {"agentId": "a", "agentTraceType": "llm_request"}}
CALLS = [("/data/track", TRACK), ("/data/agentic", PROMPT)]
HOSTS = (
    *(region.data_host for region in REGIONS.values()),
    *(region.app_host for region in REGIONS.values()),
    "data.customer.example",
)


@pytest.fixture
def post(pendo):
    """Post a body to a path of a host, with the test's key as the secret unless headers are given."""

    def send(path, body, host="data.pendo.io", **headers):
        headers = headers or {"x-pendo-integration-key": pendo.api_key}
        content = {"data": body} if isinstance(body, bytes) else {"json": body}
        return requests.post(pendo.host_url(host) + path, headers=headers, timeout=30, **content)

    return send


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(("path", "body"), CALLS)
def test_call_is_accepted_on_data_hosts_app_hosts_and_cnames(pendo, post, host, path, body):
    answer = post(path, body, host)
    assert (answer.status_code, answer.content, answer.headers["X-Emulator-Verdict"]) == (200, b"", "good")
    (event,) = pendo.events()
    assert (event.type, event.visitor_id, event.account_id) == (body["type"], "u1", "acme")


@pytest.mark.parametrize("header", ["x-pendo-integration-key", "x-pendo-track-event-secret"])
def test_secret_is_the_key_of_the_space(pendo, post, header):
    post("/data/track", TRACK, **{header: pendo.api_key})
    assert [event.name for event in pendo.events(endpoint="track")] == ["Signed Up"]
    pendo.assert_kept()


@pytest.mark.parametrize(("path", "body"), CALLS)
def test_call_without_a_secret_gets_403_and_is_bad(pendo_server, path, body):
    answer = requests.post(pendo_server.host_url("data.pendo.io") + path, json=body, timeout=30)
    assert (answer.status_code, answer.content, answer.headers["X-Emulator-Verdict"]) == (403, b"", "bad")
    number = answer.headers["X-Emulator-Exchange"]
    listed = requests.get(f"{pendo_server.control_url}/keys/-/exchanges?after={int(number) - 1}&limit=1", timeout=30)
    (exchange,) = listed.json()["exchanges"]
    assert (exchange["status"], exchange["good"]) == (403, False)
    assert exchange["verdicts"][0]["violations"][0]["rule"] == "secret"


@pytest.mark.parametrize("path", [path for path, _ in CALLS])
@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b"", b"[]", b'"track"', b"{}", [TRACK, TRACK], TRACK | {"type": 7}],
)
def test_body_that_cannot_be_read_as_the_event_is_refused(pendo, post, path, body):
    answer = post(path, body)
    assert (answer.status_code, answer.headers["X-Emulator-Verdict"]) == (400, "bad")
    assert answer.json()["violations"]
    assert [exchange.status for exchange in pendo.exchanges(good=False)] == [400]


@pytest.mark.parametrize(
    "change",
    [{"event": ""}, {"event": 7}, {"visitorId": ""}, {"visitorId": None}, {"timestamp": "now"}, {"type": "identify"}],
)
def test_track_call_of_wrong_types_is_refused(post, change):
    answer = post("/data/track", TRACK | change)
    (violation,) = answer.json()["violations"]
    assert (answer.status_code, violation["pointer"]) == (400, f"/{next(iter(change))}")


def test_timestamp_in_seconds_is_accepted_and_bad(post):
    answer = post("/data/track", TRACK | {"timestamp": 1795983963})
    assert (answer.status_code, answer.headers["X-Emulator-Verdict"]) == (200, "bad")


@pytest.mark.parametrize("host", ["app.pendo.io", "data.eu.pendo.io", "data.customer.example"])
def test_agent_traces_are_accepted_in_query_and_body(pendo, host):
    url = f"{pendo.host_url(host)}/data/agenticsdk/{pendo.api_key}?v=0.21.0&ct=1795984421862"
    packed = jzb.encode([TRACE, PROMPT])
    answers = (
        requests.get(f"{url}&jzb={packed}", timeout=30),
        requests.post(f"{url}&s={len(packed)}", data=packed, headers={"content-type": "text/plain"}, timeout=30),
    )
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"")] * 2
    assert [event.type for event in pendo.events()] == ["agent_trace", "prompt"] * 2
    pendo.assert_kept()


def test_agent_traces_that_cannot_be_unpacked_are_refused(pendo):
    url = f"{pendo.host_url('app.pendo.io')}/data/agenticsdk/{pendo.api_key}?v=0.21.0&ct=1795984421862"
    assert requests.get(f"{url}&jzb=eJwFwI", timeout=30).status_code == 400
    assert requests.post(f"{url}&s=2", data=b"??", timeout=30).status_code == 400


@pytest.mark.parametrize(("path", "body"), CALLS)
def test_faults_apply_to_calls(pendo, post, path, body):
    pendo.fault(endpoint=path.removeprefix("/data/"), event=body["type"], status=503, times=1)
    assert [post(path, body).status_code for _ in range(2)] == [503, 200]
    assert [exchange.fault for exchange in pendo.exchanges()] == ["status=503", ""]


def test_calls_get_the_region_note_but_no_webhook_note(pendo, post):
    pendo.subscribe(region="eu", segment_track=False)
    assert "belongs to region eu" in post("/data/track", TRACK, "app.pendo.io").headers["X-Emulator-Note"]
    assert "X-Emulator-Note" not in post("/data/track", TRACK, "app.eu.pendo.io").headers


@pytest.mark.parametrize(("path", "body"), CALLS)
@pytest.mark.parametrize("header", ["x-pendo-integration-key", "x-pendo-track-event-secret"])
def test_call_belongs_to_the_key_that_names_its_secret(pendo, post, path, body, header):
    right, wrong, silent = (f"{name} of {pendo.api_key}" for name in ("right", "wrong", "silent"))
    pendo.subscribe(track_secrets={right: "accept", wrong: "refuse", silent: "drop"})
    answers = [post(path, body, **{header: secret}) for secret in (right, wrong, silent)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b""), (403, b""), (200, b"")]
    assert "drops calls" in answers[2].headers["X-Emulator-Note"]
    exchanges = pendo.exchanges()
    assert [(one.status, one.beacon.api_key) for one in exchanges] == [(s, pendo.api_key) for s in (200, 403, 200)]
    assert sum(pendo.visitor("u1").events.values()) == 1


def test_secret_belongs_to_the_key_that_names_it_last(pendo, post):
    secret = f"secret of {pendo.api_key}"
    settings = pendo.emulator.recorder.settings
    for api_key in (pendo.api_key, f"{pendo.api_key}-2"):
        settings.subscribe(api_key, Subscription(track_secrets={secret: "accept"}))
    pendo.subscribe()
    post("/data/track", TRACK, **{"x-pendo-integration-key": secret})
    assert pendo.exchanges() == []
    settings.subscribe(f"{pendo.api_key}-2", Subscription())
    number = int(post("/data/track", TRACK, **{"x-pendo-integration-key": secret}).headers["X-Emulator-Exchange"])
    (exchange,) = pendo.emulator.recorder.read(Query(api_key=secret), 1)
    assert exchange.id == number
