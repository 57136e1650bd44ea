"""A Tracking API of the test's own, whose one source leads to the test's space."""

import json

import pytest
import requests

from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.instance import compile_plugins
from pendo_destination.source import Source, TrackingApi
from pendo_destination.transport.http import HttpTransport

PLUGINS = compile_plugins(PENDO_WEB, PENDO_WEB.presets)


@pytest.fixture
def make_setup(pendo):
    """Lead to the test's space in the EU, by a transport of the test's or by HTTP."""
    with HttpTransport(pendo.url) as http:

        def make(transport=http):
            settings = {"apiKey": pendo.api_key, "region": "https://cdn.eu.pendo.io"}
            return SiteConfig(PENDO_WEB, settings, PLUGINS, transport, sleep=lambda _seconds: None)

        yield make


@pytest.fixture
def api(make_setup):
    """Serve one source with the write key `W`."""
    with TrackingApi([Source("W", make_setup(), idle=0.01)]) as api:
        yield api


@pytest.fixture
def post(api):
    """Post a body, JSON unless it is bytes, with `W` as write key unless told otherwise."""

    def post_call(name, body, auth=("W", ""), **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return requests.post(f"{api.url}/v1/{name}", data, auth=auth, headers=headers, timeout=10)

    return post_call


@pytest.fixture
def counts(api):
    """Read what the status page counts for the source."""
    return lambda: requests.get(f"{api.url}/_source/status", timeout=5).json()["W"]
