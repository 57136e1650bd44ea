"""The stand-in agent in a real browser sends what the real agent sent for the same calls."""

import json
from itertools import zip_longest
from pathlib import Path

import pytest

from destination.conformance.agent import CUTS, _by_event, _by_request, _streams
from destination.conformance.difference import differences
from emulator.space import Space

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CASES = json.loads((Path(__file__).parents[2] / "fixtures/agent/cases.json").read_text("utf-8"))
TABS = 8
HERE, THERE = "http://app{tab}.localtest", "https://app.localtest"

START = """([key, fresh, json]) => {
  const tags = {
    $undefined: () => undefined, $nan: () => NaN, $inf: (sign) => sign * Infinity,
    $date: (iso) => new Date(iso), $function: () => () => {},
  };
  const untag = (_, value) => {
    const [tag] = Object.keys(value instanceof Object ? value : {});
    return tag in tags ? tags[tag](value[tag]) : value;
  };
  const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const run = async () => {
    for (const tick of JSON.parse(json, untag)) {
      for (const [name, ...args] of tick) pendo[name](...args);
      await sleep(45);
    }
    await sleep(15);
  };
  if (fresh) [localStorage, sessionStorage].forEach((area) => area.clear());
  const script = document.createElement("script");
  const loaded = new Promise((resolve) => { script.onload = resolve; });
  script.src = `/agent/static/${key}/pendo.js`;
  document.head.append(script);
  window.ran = loaded.then(run);
}"""


class Tab:
    """A browser tab of its own origin, hence of its own storage, which knows when nothing is under way."""

    def __init__(self, context, number):
        self.origin = HERE.format(tab=number)
        self.page = context.new_page()
        self.page.goto(f"{self.origin}/page?x=1#h")
        self.under_way = set()
        self.page.on("request", lambda request: self.under_way.add(request))
        for ended in ("requestfinished", "requestfailed"):
            self.page.on(ended, lambda request: self.under_way.discard(request))

    def start(self, *arguments):
        self.page.reload()
        self.page.evaluate(START, arguments)

    def finish(self):
        self.page.evaluate("ran")
        while self.under_way:
            self.page.wait_for_timeout(5)


class Play:
    """One case in one tab, with nothing stored; it pauses where other tabs can go on."""

    def __init__(self, case, tab, site, server):
        self.case, self.tab, self.space = case, tab, Space.fresh(server)
        self.sent, self.seen = [], 0
        config = {"apiKey": self.space.api_key, "env": "prod", "dataHost": server.url}
        site.configs[self.space.api_key] = config | case.get("config", {})

    def __iter__(self):
        for number, calls in enumerate(self.case["pages"]):
            ticks = calls["ticks"] + [[["flushNow", True]]] * self.case.get("final_flush", True)
            self.tab.start(self.space.api_key, number == 0, json.dumps(ticks))
            yield
            self.tab.finish()
            self.sent.append(self.streams())

    def streams(self):
        exchanges = self.space.exchanges(after=self.seen)
        self.seen = exchanges[-1].id
        data = [x for x in exchanges if "ct" in x.beacon.query and not x.beacon.preflight]
        data.sort(key=lambda exchange: exchange.beacon.query["ct"])  # requests of one moment may overtake each other
        found = _streams([exchange.envelope for exchange in data], self.space.api_key)
        return json.loads(json.dumps(found).replace(self.tab.origin, THERE))

    def difference(self):
        arrange = _by_request if self.case["group"] in CUTS else _by_event
        expected, got = ([arrange(page) for page in pages] for pages in (self.case["expect"], self.sent))
        return next(differences(expected, got, case=f"{self.case['id']} {self.case['group']}"), None)


def test_what_it_sends_for_recorded_calls_is_what_the_real_agent_sent(chromium, site, pendo_server):
    context = chromium.new_context(locale="en-US")
    tabs = [Tab(context, number) for number in range(TABS)]
    departures = []
    for at in range(0, len(CASES), TABS):
        plays = [Play(case, tab, site, pendo_server) for case, tab in zip(CASES[at : at + TABS], tabs, strict=False)]
        list(zip_longest(*plays))
        departures += filter(None, (play.difference() for play in plays))
    context.close()
    print(len(departures), "of", len(CASES), departures)
    assert departures == []
