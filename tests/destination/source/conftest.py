"""A Tracking API for each test, with one source that sends to the test's space."""

import json

import pytest
import requests

from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.destination_instance import compile_plugins
from pendo_destination.source import Source, TrackingApi
from pendo_destination.transport.http_transport import HttpTransport

PLUGINS = compile_plugins(PENDO_WEB, PENDO_WEB.presets)


@pytest.fixture
def make_config(pendo):
    """Return a factory of site configurations for the test's space in the EU, over a given transport or HTTP."""
    with HttpTransport(pendo.url) as http:

        def make(transport=http):
            settings = {"apiKey": pendo.api_key, "region": "https://cdn.eu.pendo.io"}
            return SiteConfig(PENDO_WEB, settings, PLUGINS, transport, sleep=lambda _seconds: None)

        yield make


@pytest.fixture
def api(make_config):
    """Serve one source with the write key `W`."""
    with TrackingApi([Source("W", make_config(), idle=0.01)]) as api:
        yield api


@pytest.fixture
def post(api):
    """Return a function that posts a body, as JSON unless it is bytes, by default with the write key `W`."""

    def post_call(name, body, auth=("W", ""), **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return requests.post(f"{api.url}/v1/{name}", data, auth=auth, headers=headers, timeout=10)

    return post_call


@pytest.fixture
def counts(api):
    """Return a function that reads the source's counts from the status page."""
    return lambda: requests.get(f"{api.url}/_source/status", timeout=30).json()["W"]
