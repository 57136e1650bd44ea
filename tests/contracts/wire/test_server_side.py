"""Server-side requests: the secret in a header is the key of the space until it is mapped to an API key."""

import json

import pytest

from pendo_contracts.judge import judge_request
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope

TRACK = {"type": "track", "event": "Signed Up", "visitorId": "u1", "timestamp": 1795983963695}
TRACE = {"type": "agent_trace", "visitor_id": "u1", "timestamp": 1795983963695, "props": {"agentId": "a"}}
SDK = "https://app.pendo.io/data/agenticsdk/k?v=0.21.0&ct=1795984421862"


def posted(path, value, **headers):
    return judge_request(Envelope("POST", f"https://data.eu.pendo.io{path}", headers, json.dumps(value).encode(), 0))


@pytest.mark.parametrize("header", ["x-pendo-integration-key", "x-pendo-track-event-secret"])
def test_track_call_belongs_to_the_space_of_its_secret(header):
    request = posted("/data/track", TRACK, **{header: "secret-1"})
    assert (request.good, request.beacon.api_key) == (True, "secret-1")
    (event,) = request.beacon.events
    assert (event.name, event.visitor_id, event.happened_at) == ("Signed Up", "u1", 1795983963695)


def test_call_without_a_secret_is_broken():
    (verdict,) = posted("/data/track", TRACK).verdicts
    assert [violation.rule for violation in verdict.violations] == ["secret"]


def test_call_of_another_type_is_broken():
    assert not posted("/data/track", TRACK | {"type": "identify"}, **{"x-pendo-integration-key": "s"}).good


def test_agentic_call_is_kept():
    call = {"type": "prompt", "visitor_id": "u1", "timestamp": 1, "props": {"agentId": "a"}}
    assert posted("/data/agentic", call, **{"x-pendo-integration-key": "s"}).good


def test_agent_traces_come_in_the_query_or_as_the_body():
    packed = jzb.encode([TRACE, TRACE])
    got = judge_request(Envelope("GET", f"{SDK}&jzb={packed}", {}, b"", 0))
    sent = judge_request(Envelope("POST", f"{SDK}&s={len(packed)}", {}, packed.encode(), 0))
    for request in (got, sent):
        assert (request.good, [event.type for event in request.beacon.events]) == (True, ["agent_trace"] * 2)
