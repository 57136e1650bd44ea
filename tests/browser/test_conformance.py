"""What the stand-in agent sends in a real browser, judged by what the real agent sent for the same calls."""

import json
import time
from itertools import zip_longest
from pathlib import Path

import pytest

from pendo_destination.conformance.agent import CUTS, _by_event, _by_request, group_by_stream
from pendo_destination.javascript.difference import differences
from pendo_emulator.space import Space

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CASES = json.loads((Path(__file__).parents[2] / "fixtures/agent/cases.json").read_text("utf-8"))
TABS = 8
PATIENCE = 5
HERE, THERE = "http://app{tab}.localtest", "https://app.localtest"  # of one length: batches are cut by size

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
    """A browser tab of its own origin, hence with storage of its own; it knows which requests are under way."""

    def __init__(self, context, number):
        self.origin = HERE.format(tab=number)
        self.page = context.new_page()
        self.page.goto(f"{self.origin}/page?x=1#h")
        self.under_way = set()
        self.page.on("request", self.begin)
        self.page.on("requestfinished", self.end)
        self.page.on("requestfailed", self.end)

    def begin(self, request):
        self.under_way.add(request)

    def end(self, request):
        self.under_way.discard(request)

    def start(self, *arguments):
        self.page.reload()
        self.page.evaluate(START, arguments)

    def finish(self, enough):
        self.page.evaluate("ran")
        deadline = time.monotonic() + PATIENCE
        while (self.under_way or not enough()) and time.monotonic() < deadline:
            self.page.wait_for_timeout(2)


class Play:
    """One case in one tab; it pauses where other tabs can go on."""

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
        exchanges.sort(key=lambda exchange: exchange.beacon.query["ct"])  # requests of one moment overtake each other
        envelopes = [exchange.envelope for exchange in exchanges if not exchange.beacon.preflight]
        return json.loads(json.dumps(group_by_stream(envelopes, self.space.api_key)).replace(self.tab.origin, THERE))

    def difference(self):
        arrange = _by_request if self.case["group"] in CUTS else _by_event
        expected, got = ([arrange(page) for page in pages] for pages in (self.case["expect"], self.sent))
        return next(differences(expected, got, case=self.case["id"]), None)


def count_events(streams):
    return sum(map(len, _by_event(streams).values()))


def test_it_sends_what_the_real_agent_sent_for_the_same_calls(chromium, pendo_server):
    context = chromium.new_context(locale="en-US")
    tabs = [Tab(context, number) for number in range(TABS)]
    departures = []
    for first in range(0, len(CASES), TABS):
        plays = [Play(case, tab, pendo_server) for case, tab in zip(CASES[first:], tabs, strict=False)]
        list(zip_longest(*plays))
        departures += filter(None, (play.difference() for play in plays))
    context.close()
    assert departures == []
