"""One track event sent in four ways is counted by the Engage API once for each way that Pendo accepts."""

import json
import os
from pathlib import Path

import pytest
import requests

from pendo_emulator.api_key_space import Space
from pendo_emulator.server import Emulator
from tests.clients.engage_stack import EngageStack

pytestmark = pytest.mark.browser

PACKAGE = Path(__file__).parents[1] / "node/node_modules/@pendo/agent"
SNIPPET = """([src, options]) => {
  window.pendo = { _q: [["initialize", options], ["track", "Signed Up", { step: 1 }]] };
  document.head.append(Object.assign(document.createElement("script"), { src }));
}"""
TODAY = {"period": "dayRange", "first": "now()", "count": 1}


@pytest.fixture
def stack(tmp_path):
    if not PACKAGE.exists():
        pytest.skip("@pendo/agent is not installed: npm ci --prefix tests/node")
    with Emulator(agent=PACKAGE) as emulator:
        yield EngageStack(Space.fresh(emulator), tmp_path)


def send_by_page(chromium, space, visitor):
    """Let the real agent track the event on a page."""
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    page.goto("http://shop.test/")
    options = {"visitor": {"id": visitor, "plan": "pro"}, "account": {"id": "a-1"}}
    page.evaluate(SNIPPET, [f"{space.host_url('cdn.pendo.io')}/agent/static/{space.api_key}/pendo.js", options])
    space.wait(type="load", timeout=30)
    page.evaluate("pendo.flushNow()")
    space.wait(type="track", timeout=30)
    # The agent sends an event again when a page ends before the answer.
    page.wait_for_load_state("networkidle")
    context.close()


def track_events(stack):
    rows = stack.rows({"trackEvents": None, "timeSeries": TODAY})
    return sum(row["numEvents"] for row in rows), {row["server"] for row in rows}


@pytest.mark.parametrize(("accepts_webhook", "expected"), [(False, 3), (True, 4)])
def test_event_is_counted_for_each_way_that_pendo_accepts(chromium, stack, accepts_webhook, expected):
    stack.space.subscribe(segment_track=accepts_webhook, track_secrets={f"secret-{stack.space.api_key}": "accept"})
    send_by_page(chromium, stack.space, "v-1")
    stack.send_by_agent("v-1", "Signed Up")
    event = {"userId": "v-1", "event": "Signed Up", "properties": {"step": 1}}
    stack.send_by_webhook(type="track", **event)
    call = {
        "type": "track", "event": "Signed Up", "visitorId": "v-1", "accountId": "a-1", "properties": {"step": 1},
        "timestamp": stack.now(),
    }  # fmt: skip
    headers = {"x-pendo-track-event-secret": f"secret-{stack.space.api_key}", "content-type": "application/json"}
    url = f"{stack.space.host_url('data.pendo.io')}/data/track"
    assert requests.post(url, data=json.dumps(call), headers=headers, timeout=30).status_code == 200
    assert track_events(stack)[0] == expected
    (visitor,) = stack.rows({"visitors": None})
    assert (visitor["visitorId"], visitor["metadata"]["agent"]["plan"]) == ("v-1", "pro")
    (track_type,) = stack.ask("GET", "tracktype").json()
    assert track_type["name"] == "Signed Up"
    assert len(stack.space.findings(rule="double-delivery")) == 1


@pytest.mark.skipif(not os.environ.get("ALL_CLIENTS"), reason="takes a minute: make all-clients")
@pytest.mark.timeout(300)
def test_tap_pendo_reads_what_the_real_agent_sent(chromium, stack):
    send_by_page(chromium, stack.space, "v-1")
    records = stack.run_tap("track_types", "track_events", "visitors")
    assert [record["visitor_id"] for record in records["visitors"]] == ["v-1"]
    assert [(record["visitor_id"], record["num_events"]) for record in records["track_events"]] == [("v-1", 1)]
