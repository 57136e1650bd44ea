"""Four columns say what happened to an event of a Segment source, and why one did not arrive."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from pendo_destination.cli import main

pytestmark = pytest.mark.browser

COMMAND = Path(sys.executable).parent / "pendo-destination"
SUBSCRIPTIONS = [
    {
        "partnerAction": "track", "name": "paid orders", "enabled": True,
        "subscribe": 'type = "track" and properties.price > 5', "mapping": {"event": {"@path": "$.event"}},
    }
]  # fmt: skip


@pytest.fixture
def settings(space, tmp_path):
    """Write the settings of the destination to a file."""
    settings = {"apiKey": space.api_key, "region": "https://cdn.eu.pendo.io", "subscriptions": SUBSCRIPTIONS}
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(settings), "utf-8")
    return file


@pytest.fixture
def source(space, settings):
    """Run `pendo-destination serve --report`; return a function that sends one track event to it."""
    command = [COMMAND, "serve", "--port", "0", "--write-key", "w", "--settings", settings]
    with subprocess.Popen([*command, "--emulator", space.url, "--report"], stdout=subprocess.PIPE, text=True) as server:
        url = next(found[1] for line in server.stdout if (found := re.search(r"Tracking API is at (\S+)", line)))

        def send(name, price):
            event = {"userId": "u1", "event": name, "properties": {"price": price}}
            requests.post(f"{url}/v1/track", json=event, auth=("w", ""), timeout=30).raise_for_status()

        yield send
        server.terminate()


def test_four_columns_say_why_an_event_did_not_arrive(source, open_view, space):
    source("Cheap", 1)
    source("Dear", 9)
    page = open_view("/console/source")
    excluded = page.locator("tbody tr", has_text="Cheap").locator("> td")
    excluded.nth(3).locator("text=Not sent").wait_for()
    assert "no trigger matches the event" in excluded.nth(3).inner_text()
    assert "not met: properties.price > 5" in excluded.nth(1).inner_text()
    assert excluded.nth(2).inner_text() == "none"
    space.wait(type="track", name="Dear", timeout=20)
    arrived = page.locator("tbody tr", has_text="Dear").locator("> td")
    arrived.nth(3).locator("a:has-text('track Dear')").wait_for()
    assert "paid orders: matches" in arrived.nth(1).inner_text()
    assert arrived.nth(2).inner_text().startswith('track("Dear"')
    assert "kept" in arrived.nth(3).inner_text()


def test_send_reports_why_an_event_did_not_arrive(open_view, space, settings, tmp_path):
    event = {"type": "track", "userId": "u1", "event": "Cheap", "properties": {"price": 1}}
    (tmp_path / "events.json").write_text(json.dumps([event]), "utf-8")
    words = ["--settings", str(settings), "--emulator", space.url, "--report"]
    assert CliRunner().invoke(main, ["send", str(tmp_path / "events.json"), *words]).exit_code == 0
    excluded = open_view("/console/source").locator("tbody tr", has_text="Cheap").locator("> td")
    excluded.nth(3).locator("text=no trigger matches the event").wait_for()
    assert "not met: properties.price > 5" in excluded.nth(1).inner_text()
