"""The console in Chromium: pages that may not log an error, load from another host or leave the width of the window."""

import time
from pathlib import Path

import pytest
import requests

from pendo_contracts.wire import jzb
from pendo_emulator.api_key_space import Space
from pendo_emulator.server import Emulator
from tests.conftest import LOAD

PACKAGES = Path(__file__).parents[2] / "node/node_modules"
EVENT = {"userId": "u1", "messageId": "m1", "timestamp": "2026-01-02T03:04:05Z"}


@pytest.fixture(scope="module")
def emulator():
    """Run an emulator with the real agent, if it is installed."""
    package = PACKAGES / "@pendo/agent"
    with Emulator(agent=package if package.exists() else None) as emulator:
        yield emulator


@pytest.fixture
def space(emulator):
    """Return a new space on the emulator of the console."""
    return Space.fresh(emulator)


@pytest.fixture
def track(space):
    """Return a function that sends one track event by the webhook."""

    def send(name, host="data.eu.pendo.io", **members):
        url = f"{space.host_url(host)}/data/segmentio/{space.api_key}"
        return requests.post(url, json={"type": "track", "event": name, **EVENT, **members}, timeout=30)

    return send


@pytest.fixture
def beacon(space):
    """Return a function that sends a beacon of events, each a load event with changed members."""

    def send(*changes, host="data.pendo.io"):
        packed = jzb.encode([LOAD | change for change in changes])
        query = f"v=2.291.4_prod&ct=1795376101259&jzb={packed}"
        return requests.get(f"{space.host_url(host)}/data/ptm.gif/{space.api_key}?{query}", timeout=30)

    return send


@pytest.fixture
def seconds_until():
    """Return a function that waits for an element and returns the seconds; a busy machine can be slow once."""

    def wait(page, selector):
        started = time.monotonic()
        page.wait_for_selector(selector)
        return time.monotonic() - started

    return wait


@pytest.fixture
def open_view(chromium, space):
    """Return a function that opens a view of the space; afterwards each page must have been quiet."""
    contexts, errors, hosts = [], [], set()
    # Chromium logs each answer that is an error; a page that asks for an unknown event gets one.
    rejected = "Failed to load resource: the server responded with a status of 4"

    def open_page(path="/", width=1280, height=800, scheme="light", **query):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-US", reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: errors.append(message) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
        parameters = "&".join(
            f"{name}={requests.utils.quote(value)}" for name, value in {"key": space.api_key, **query}.items()
        )
        page.goto(f"{space.url}{path}?{parameters}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [str(error) for error in errors if not str(error).startswith(rejected)] == []
    assert hosts <= {space.url.removeprefix("http://")}
