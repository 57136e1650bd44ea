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
    """Make Segment's library for Python, which sends when the test asks it to."""
    errors = []

    def make(**options):
        return Client(
            "W", host=api.url, upload_interval=0.05, on_error=lambda error, _: errors.append(error), **options
        )

    yield make
    assert errors == []


@pytest.fixture
def node(api):
    """Run Segment's library for Node, which sends one event of each kind."""
    assert (NODE / "node_modules").is_dir(), "first: npm ci --prefix tests/node"

    def run():
        command = ["node", "events.mjs", api.url, "W"]
        return subprocess.run(command, cwd=NODE, capture_output=True, text=True, timeout=60, check=False)

    return run


@pytest.fixture
def answer_first(api):
    """Have the API answer some requests with a status; a status below 0 after it has accepted them."""

    def answer(*statuses):
        first, app = deque(statuses), api.app.wsgi_app

        def flaky(environ, start_response):
            status = first.popleft() if first else None
            if status is not None and status < 0:
                b"".join(app(environ, lambda *_: None))
            return (app if status is None else Response("{}", abs(status)))(environ, start_response)

        api.app.wsgi_app = flaky

    return answer


def send_all(client):
    who = {"user_id": "u1", "anonymous_id": "a1"}
    client.identify(**who, traits={"plan": "pro"})
    client.group(**who, group_id="g1", traits={"seats": 5})
    client.track(**who, event="Signed Up", properties={"name": "łódź 日本 😀", "nested": {"a": [1, None]}})
    client.page(**who, name="Home")
    client.screen(**who, name="Home")
    client.alias(previous_id="a1", user_id="u1")
    if not client.sync_mode:
        client.shutdown()


def assert_all_arrived(pendo, counts, duplicates=0):
    (track,) = pendo.wait(type="track", name="Signed Up", visitor_id="u1", account_id="g1")[-1].beacon.events
    assert track.value["props"] == {"name": "łódź 日本 😀", "nested": {"a": [1, None]}}
    assert pendo.events(type="meta", visitor_id="u1", account_id="g1")
    assert counts()["received"] == EVENTS * (1 + duplicates)
    assert counts()["duplicates"] == EVENTS * duplicates
    pendo.assert_kept()


@pytest.mark.parametrize("options", [{}, {"gzip": True}, {"sync_mode": True}, {"upload_size": 1}], ids=str)
def test_the_python_library_delivers_every_kind_of_event(python, pendo, counts, options):
    send_all(python(**options))
    assert_all_arrived(pendo, counts)


def test_the_python_library_tries_again_until_it_is_answered(python, pendo, counts, answer_first):
    answer_first(503, 429)
    send_all(python(gzip=True))
    assert_all_arrived(pendo, counts)


def test_what_the_python_library_sends_again_is_delivered_once(python, pendo, counts, answer_first):
    answer_first(-503)
    send_all(python())
    assert_all_arrived(pendo, counts, duplicates=1)
    assert len(pendo.events(type="track")) == 1


def test_the_python_library_sends_more_than_a_batch_takes(python, api, pendo):
    client = python(gzip=True)
    for number in range(40):
        client.track("u1", f"E{number}", {"filler": "x" * 30_000})
    client.shutdown()
    api.stop()
    assert len({event.value["track_event_name"] for event in pendo.events(type="track")}) == 40


def test_a_time_in_the_past_stays_in_the_past(python, pendo):
    client = python()
    client.track("u1", "Imported", timestamp=datetime.now(UTC) - timedelta(days=30))
    client.shutdown()
    (exchange,) = pendo.wait(type="track")
    age = exchange.envelope.received_at - exchange.beacon.events[0].value["browser_time"]
    assert age == pytest.approx(30 * 24 * 60 * 60 * 1000, abs=60_000)


def test_the_node_library_delivers_every_kind_of_event(node, pendo, counts):
    done = node()
    assert (done.returncode, done.stderr) == (0, "")
    assert_all_arrived(pendo, counts)


def test_the_node_library_tries_again_until_it_is_answered(node, pendo, counts, answer_first):
    answer_first(-503)
    assert node().returncode == 0
    assert_all_arrived(pendo, counts, duplicates=1)
