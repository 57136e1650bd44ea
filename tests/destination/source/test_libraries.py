"""Segment's own libraries, unmodified."""

import subprocess
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from segment.analytics.client import Client
from werkzeug.wrappers import Response

NODE = Path(__file__).parents[2] / "node"
EVENTS = 6


@pytest.fixture
def python(api):
    """Return a factory of clients of Segment's library for Python."""
    errors = []

    def make(**options):
        return Client(
            "W", host=api.url, upload_interval=0.05, on_error=lambda error, _: errors.append(error), **options
        )

    yield make
    assert errors == []


@pytest.fixture
def node(api):
    """Return a function that runs Segment's library for Node, which sends one event of each kind."""
    assert (NODE / "node_modules").is_dir(), "run first: npm ci --prefix tests/node"

    def run():
        command = ["node", "events.mjs", api.url, "W"]
        return subprocess.run(command, cwd=NODE, capture_output=True, text=True, timeout=60, check=False)

    return run


@pytest.fixture
def respond_first_with(api):
    """Make the API answer its first requests with statuses; with a negative status it accepts the request first."""

    def replace_first_responses(*statuses):
        remaining, app = deque(statuses), api.app.wsgi_app

        def flaky(environ, start_response):
            status = remaining.popleft() if remaining else None
            if status is not None and status < 0:
                b"".join(app(environ, lambda *_: None))
            return (app if status is None else Response("{}", abs(status)))(environ, start_response)

        api.app.wsgi_app = flaky

    return replace_first_responses


def send_all(client):
    ids = {"user_id": "u1", "anonymous_id": "a1"}
    client.identify(**ids, traits={"plan": "pro"})
    client.group(**ids, group_id="g1", traits={"seats": 5})
    client.track(**ids, event="Signed Up", properties={"name": "łódź 日本 😀", "nested": {"a": [1, None]}})
    client.page(**ids, name="Home")
    client.screen(**ids, name="Home")
    client.alias(previous_id="a1", user_id="u1")
    if not client.sync_mode:
        client.shutdown()


def assert_all_delivered(pendo, counts, duplicates=0):
    (track,) = pendo.wait(type="track", name="Signed Up", visitor_id="u1", account_id="g1")[-1].beacon.events
    assert track.value["props"] == {"name": "łódź 日本 😀", "nested": {"a": [1, None]}}
    assert pendo.events(type="meta", visitor_id="u1", account_id="g1")
    assert counts()["received"] == EVENTS * (1 + duplicates)
    assert counts()["duplicates"] == EVENTS * duplicates
    pendo.assert_kept()


@pytest.mark.parametrize("options", [{}, {"gzip": True}, {"sync_mode": True}, {"upload_size": 1}], ids=str)
def test_python_library_delivers_all_kinds_of_events(python, pendo, counts, options):
    send_all(python(**options))
    assert_all_delivered(pendo, counts)


def test_python_library_retries_until_accepted(python, pendo, counts, respond_first_with):
    respond_first_with(503, 429)
    send_all(python(gzip=True))
    assert_all_delivered(pendo, counts)


def test_events_resent_by_the_python_library_are_delivered_once(python, pendo, counts, respond_first_with):
    respond_first_with(-503)
    send_all(python())
    assert_all_delivered(pendo, counts, duplicates=1)
    assert len(pendo.events(type="track")) == 1


def test_python_library_can_send_more_than_one_batch(python, api, pendo):
    client = python(gzip=True)
    for number in range(40):
        client.track("u1", f"E{number}", {"filler": "x" * 30_000})
    client.shutdown()
    api.stop()
    assert len({event.value["track_event_name"] for event in pendo.events(type="track")}) == 40


def test_past_timestamps_are_kept(python, pendo):
    client = python()
    client.track("u1", "Imported", timestamp=datetime.now(UTC) - timedelta(days=30))
    client.shutdown()
    (exchange,) = pendo.wait(type="track")
    age = exchange.envelope.received_at - exchange.beacon.events[0].value["browser_time"]
    assert age == pytest.approx(30 * 24 * 60 * 60 * 1000, abs=60_000)


def test_node_library_delivers_all_kinds_of_events(node, pendo, counts):
    done = node()
    assert (done.returncode, done.stderr) == (0, "")
    assert_all_delivered(pendo, counts)


def test_node_library_retries_until_accepted(node, pendo, counts, respond_first_with):
    respond_first_with(-503)
    assert node().returncode == 0
    assert_all_delivered(pendo, counts, duplicates=1)
