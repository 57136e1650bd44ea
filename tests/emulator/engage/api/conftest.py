"""Fixtures: clients of the Engage API with the integration keys of the test's own API key."""

import pytest
import requests


class EngageClient:
    """Sends requests to the Engage API with an integration key."""

    def __init__(self, base, integration_key):
        self.base, self.integration_key = base, integration_key

    def request(self, method, path, **options):
        headers = {"x-pendo-integration-key": self.integration_key} | options.pop("headers", {})
        return requests.request(method, f"{self.base}/api/v1/{path}", headers=headers, timeout=60, **options)

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def rows(self, source, *steps, time_series=None):
        """Return the rows of a pipeline."""
        parameters = dict(source) if isinstance(source, dict) else {source: None}
        if time_series:
            parameters["timeSeries"] = time_series
        body = {"response": {"mimeType": "application/json"}, "request": {"pipeline": [{"source": parameters}, *steps]}}
        answer = self.request("POST", "aggregation", json=body)
        assert answer.status_code == 200, (answer.text, dict(answer.headers))
        return answer.json()["results"]


@pytest.fixture
def keys(pendo):
    return pendo.emulator.recorder.integration_keys.get(pendo.api_key)


@pytest.fixture
def engage(pendo, keys):
    return EngageClient(pendo.host_url("app.pendo.io"), keys.read_write)


@pytest.fixture
def reader(pendo, keys):
    return EngageClient(pendo.host_url("app.pendo.io"), keys.read_only)
