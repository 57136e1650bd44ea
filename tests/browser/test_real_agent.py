"""The real agent, from the user's own copy, works with the emulator."""

from pathlib import Path

import pytest

from pendo_contracts.wire.region import REGIONS
from pendo_emulator.api_key_space import Space
from pendo_emulator.server import Emulator

pytestmark = pytest.mark.browser

PACKAGE = Path(__file__).parents[1] / "node/node_modules/@pendo/agent"
TIMEOUT = 15
SNIPPET = """([src, options]) => {
  window.pendo = { _q: [["initialize", options], ["track", "Signed In", { source: "mail" }]] };
  document.head.append(Object.assign(document.createElement("script"), { src }));
}"""
POSTS = """(count) => {
  for (let number = 0; number < count; number += 1) {
    const noise = Array.from({ length: 5000 }, () => Math.random().toString(36).charAt(2)).join("");
    pendo.track(`Large ${number}`, { noise });
  }
  pendo.flushNow();
}"""


@pytest.fixture(scope="module")
def real_pendo():
    if not PACKAGE.exists():
        pytest.skip("@pendo/agent is not installed: npm ci --prefix tests/node")
    with Emulator(agent=PACKAGE) as emulator:
        yield emulator


@pytest.fixture
def open_page(chromium):
    context = chromium.new_context(locale="en-US")

    def open_page_with_snippet(space, host):
        page = context.new_page()
        page.goto("http://shop.test/")
        options = {"visitor": {"id": "v1", "plan": "pro"}, "account": {"id": "a1"}}
        page.evaluate(SNIPPET, [f"{space.host_url(host)}/agent/static/{space.api_key}/pendo.js", options])
        return page

    yield open_page_with_snippet
    context.close()


def test_calls_queued_by_the_snippet_arrive_and_keep_contracts(open_page, real_pendo):
    space = Space.fresh(real_pendo)
    page = open_page(space, "cdn.pendo.io")
    space.wait(type="load", timeout=TIMEOUT)
    page.evaluate("pendo.flushNow()")
    space.wait(type="track", timeout=TIMEOUT)
    events = space.events(endpoint="ptm.gif")
    assert {event.type for event in events} == {"identify", "meta", "load", "track"}
    assert {(event.value["visitor_id"], event.value["account_id"]) for event in events} == {("v1", "a1")}
    space.assert_kept()


def test_events_go_to_the_data_host_of_every_region(open_page, real_pendo):
    for region in REGIONS.values():
        space = Space.fresh(real_pendo)
        open_page(space, region.content_host)
        space.wait(type="load", timeout=TIMEOUT)
        assert {x.beacon.place.host for x in space.exchanges(type="load")} == {region.data_host}
        assert {x.beacon.query["v"] for x in space.exchanges(type="load")} == {f"2.291.4_{region.version_suffix}"}


def test_many_large_posts_arrive(open_page, real_pendo):
    space = Space.fresh(real_pendo)
    page = open_page(space, "cdn.eu.pendo.io")
    space.wait(type="load", timeout=TIMEOUT)
    page.evaluate(POSTS, 40)
    posts = space.wait(40, type="track", timeout=TIMEOUT)
    assert sum(len(x.envelope.body) for x in posts) > 2 * 64 * 1024
    space.assert_kept()
