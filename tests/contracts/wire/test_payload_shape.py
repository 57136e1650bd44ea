"""A payload breaks the contract if its JSON type is not the type that the endpoint accepts."""

import json
import zlib

import pytest

from pendo_contracts.wire import jzb
from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.endpoint import ENDPOINTS
from pendo_contracts.wire.envelope import Envelope

EVENTS = [endpoint for endpoint in ENDPOINTS if endpoint.carrier != "none" and endpoint.shape == "events"]
OBJECTS = [endpoint for endpoint in ENDPOINTS if endpoint.carrier != "none" and endpoint.shape == "object"]
ENCODERS = {
    "jzb": lambda value: jzb.encode(value).encode(),
    "jzb-text": lambda value: jzb.encode(value).encode(),
    "json": lambda value: json.dumps(value).encode(),
    "zlib": lambda value: zlib.compress(json.dumps(value).encode()),
}


def rules(endpoint, value):
    url = f"https://data.pendo.io{endpoint.path.format(api_key='k')}?apiKey=k"
    packed = ENCODERS[endpoint.carrier](value)
    headers = {"x-pendo-integration-key": "k"}
    if endpoint.carrier == "jzb":
        envelope = Envelope("GET", f"{url}&jzb={packed.decode()}", {}, b"", 0)
    else:
        envelope = Envelope("POST", url, headers, packed, 0)
    return [error.rule for error in from_envelope(envelope).decode_errors]


@pytest.mark.parametrize("endpoint", EVENTS, ids=lambda endpoint: endpoint.name)
@pytest.mark.parametrize("value", [None, 1, "text", {}, True])
def test_event_endpoint_accepts_only_arrays(endpoint, value):
    assert rules(endpoint, value) == ["shape"]
    assert rules(endpoint, []) == []


@pytest.mark.parametrize("endpoint", OBJECTS, ids=lambda endpoint: endpoint.name)
@pytest.mark.parametrize("value", [None, 1, "text", [], True])
def test_object_endpoint_accepts_only_objects(endpoint, value):
    assert rules(endpoint, value) == ["shape"]
    assert rules(endpoint, {}) == []
