"""Answers of the hosts: every endpoint has an answer, and the agent's script endpoints call the agent."""

import json

import pytest
import requests

from pendo_contracts.wire import jzb
from pendo_contracts.wire.endpoint import ENDPOINTS


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_every_endpoint_has_an_answer(pendo, endpoint):
    url = pendo.host_url("data.pendo.io") + endpoint.path.format(api_key=pendo.api_key)
    secret = {"x-pendo-integration-key": pendo.api_key}
    for method in endpoint.methods:
        assert requests.request(method, url, headers=secret, timeout=30).status_code in {200, 400}


@pytest.mark.parametrize(
    ("endpoint", "function", "payload"),
    [
        ("guide", "guidesPayload", {"guides": [], "lastGuideStepSeen": {}, "normalizedUrl": "https://x/", "id": "7"}),
        ("segmentflag", "segmentsPayload", {"segmentFlags": []}),
    ],
)
def test_script_endpoint_passes_the_json_payload_to_the_agent(pendo, endpoint, function, payload):
    packed = jzb.encode({"visitorId": "v", "accountId": None, "url": "https://x/"})
    url = (
        f"{pendo.host_url('data.pendo.io')}/data/{endpoint}.{{}}/{pendo.api_key}?id=7&v=2.291.4_prod&ct=1&jzb={packed}"
    )
    script, document = (requests.get(url.format(kind), timeout=30) for kind in ("js", "json"))
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert script.headers["Access-Control-Allow-Origin"] == "*"
    start, _, rest = script.text.partition("(")
    assert start == f"pendo.{function}"
    assert json.loads(rest.removesuffix(");\n")) == document.json() == payload


def test_unknown_path_is_answered_with_the_known_ones(pendo):
    answer = requests.get(f"{pendo.host_url('data.pendo.io')}/data/ptm.png/{pendo.api_key}", timeout=30)
    assert answer.status_code == 404
    assert answer.json()["paths"] == [endpoint.path for endpoint in ENDPOINTS]
