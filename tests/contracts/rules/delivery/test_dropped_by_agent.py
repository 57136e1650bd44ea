"""The agent's own reports of dropped events are notes."""

import json

import pytest

from pendo_contracts.judge import judge_request
from pendo_contracts.rules.delivery.dropped_by_agent import DroppedByAgent
from pendo_contracts.rules.fact_reader import observe
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope

LOG = "https://data.pendo.io/data/log.gif/k?version=2.291.4_prod&msg="
ERROR = "https://data.pendo.io/data/errorlog?apiKey=k"


def found(method, url, body=None):
    request = judge_request(Envelope(method, url, {}, json.dumps(body).encode() if body else b"", 0))
    return [(finding.severity, finding.rule) for finding in DroppedByAgent().check(observe(request))]


@pytest.mark.parametrize(
    "report",
    [
        ("GET", LOG + "Single item is: 103639. Dropping.v2.291.4_prod"),
        ("POST", ERROR, {"error": jzb.encode([{"type": "track"}]), "version": "v2.291.4_prod"}),
    ],
)
def test_dropped_event_is_a_note(report):
    assert found(*report) == [("note", "dropped-by-agent")]


def test_other_log_messages_give_no_note():
    assert found("GET", LOG + "startedv2.291.4_prod") == []
    assert found("POST", ERROR, {"error": "TypeError: x is null", "version": "v2.291.4_prod"}) == []
