"""The stand-in agent in a real browser sends the same requests as the real agent for the same calls."""

import json
import time
from itertools import zip_longest
from pathlib import Path

import pytest

from pendo_destination.conformance.agent import BATCHING_GROUPS, by_event, by_request, group_by_stream
from pendo_destination.javascript.difference import differences
from pendo_emulator.api_key_space import Space
from tests.case_selection import selected

pytestmark = pytest.mark.browser

CASES = json.loads((Path(__file__).parents[2] / "fixtures/agent/cases.json").read_text("utf-8"))
TABS = 8
TIMEOUT = 30
# Of the same length, because batches are cut by size.
TAB_ORIGIN, CASE_ORIGIN = "http://app{tab}.localtest", "https://app.localtest"

START = """([src, fresh, calls]) => {
  const tags = {
    $undefined: () => undefined, $nan: () => NaN, $inf: (sign) => sign * Infinity,
    $date: (iso) => new Date(iso), $function: () => () => {},
  };
  const untag = (_, value) => {
    const [tag] = Object.keys(value instanceof Object ? value : {});
    return tag in tags ? tags[tag](value[tag]) : value;
  };
  const run = async () => {
    for (const tick of JSON.parse(calls, untag)) {
      for (const [name, ...args] of tick) pendo[name](...args);
      await new Promise((resolve) => setTimeout(resolve, 45));
    }
  };
  if (fresh) [localStorage, sessionStorage].forEach((area) => area.clear());
  const script = Object.assign(document.createElement("script"), { src });
  window.ran = new Promise((resolve) => { script.onload = resolve; }).then(run);
  document.head.append(script);
}"""


class Tab:
    """A browser tab with its own origin, and therefore its own storage; tracks its pending requests."""

    def __init__(self, context, number):
        self.origin = TAB_ORIGIN.format(tab=number)
        self.page = context.new_page()
        self.page.goto(f"{self.origin}/page?x=1#h")
        self.pending = set()
        self.page.on("request", self.begin)
        self.page.on("requestfinished", self.end)
        self.page.on("requestfailed", self.end)

    def begin(self, request):
        self.pending.add(request)

    def end(self, request):
        self.pending.discard(request)

    def start(self, *arguments):
        self.page.reload()
        self.page.evaluate(START, arguments)

    def finish(self, enough):
        self.page.evaluate("ran")
        deadline = time.monotonic() + TIMEOUT
        while (self.pending or not enough()) and time.monotonic() < deadline:
            self.page.wait_for_timeout(2)


class CasePlayer:
    """Plays one case in one tab; yields when other tabs can continue."""

    def __init__(self, case, tab, server):
        self.case, self.tab, self.space = case, tab, Space.fresh(server)
        self.space.subscribe(config=case.get("config", {}))
        self.agent = f"{self.space.url}/agent/static/{self.space.api_key}/pendo.js"
        self.sent, self.seen = [], 0

    def __iter__(self):
        for calls, wanted in zip(self.case["pages"], map(count_events, self.case["expect"]), strict=True):
            ticks = calls["ticks"] + [[["flushNow", True]]] * self.case.get("final_flush", True)
            self.tab.start(self.agent, not self.sent, json.dumps(ticks))
            yield
            self.tab.finish(lambda wanted=wanted: count_events(self.streams()) >= wanted)
            self.sent.append(self.streams())
            self.seen = self.space.exchanges()[-1].id

    def streams(self):
        exchanges = [x for x in self.space.exchanges(after=self.seen) if "ct" in x.beacon.query]
        exchanges.sort(key=lambda exchange: exchange.beacon.query["ct"])  # concurrent requests can overtake each other
        envelopes = [exchange.envelope for exchange in exchanges if not exchange.beacon.preflight]
        return json.loads(
            json.dumps(group_by_stream(envelopes, self.space.api_key)).replace(self.tab.origin, CASE_ORIGIN)
        )

    def difference(self):
        arrange = by_request if self.case["group"] in BATCHING_GROUPS else by_event
        expected, got = ([arrange(page) for page in pages] for pages in (self.case["expect"], self.sent))
        return next(differences(expected, got, case=self.case["id"]), None)


def count_events(streams):
    return sum(map(len, by_event(streams).values()))


def test_stand_in_agent_sends_the_requests_of_the_real_agent(chromium, pendo_server):
    context = chromium.new_context(locale="en-US")
    tabs = [Tab(context, number) for number in range(TABS)]
    found = []
    cases = selected(CASES)
    for first in range(0, len(cases), TABS):
        players = [CasePlayer(case, tab, pendo_server) for case, tab in zip(cases[first:], tabs, strict=False)]
        list(zip_longest(*players))
        found += filter(None, (player.difference() for player in players))
    context.close()
    assert found == []
