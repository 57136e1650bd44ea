"""The stand-in agent in a real browser sends what the real agent sent for the same calls."""

import json
from itertools import zip_longest
from pathlib import Path

import pytest

from destination.conformance.agent import _arrange, streams
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


class Play:
    """One case in one tab, with nothing stored; it pauses where other tabs can go on."""

    def __init__(self, case, tab, page, site, server):
        self.case, self.page, self.here = case, page, HERE.format(tab=tab)
        self.space, self.seen = Space.fresh(server), 0
        self.sent = []
        config = {"apiKey": self.space.api_key, "env": "prod", "dataHost": server.url}
        site.configs[self.space.api_key] = config | case.get("config", {})

    def __iter__(self):
        for number, calls in enumerate(self.case["pages"]):
            self.open(fresh=number == 0, calls=calls)
            yield
            self.page.evaluate("ran")
            self.sent.append(self.streams())

    def open(self, calls, *, fresh):
        ticks = calls["ticks"] + [[["flushNow", True]]] * self.case.get("final_flush", True)
        self.page.reload()
        self.page.evaluate(START, [self.space.api_key, fresh, json.dumps(ticks)])

    def streams(self):
        exchanges = self.space.exchanges(after=self.seen)
        self.seen = exchanges[-1].id
        data = [x for x in exchanges if "ct" in x.beacon.query and not x.beacon.preflight]
        data.sort(key=lambda exchange: exchange.beacon.query["ct"])  # requests of one moment may overtake each other
        found = streams([exchange.envelope for exchange in data], self.space.api_key)
        return json.loads(json.dumps(found).replace(self.here, THERE))

    def difference(self):
        expected = [_arrange(streams, self.case) for streams in self.case["expect"]]
        got = [_arrange(streams, self.case) for streams in self.sent]
        return next(differences(expected, got, case=f"{self.case['id']} {self.case['group']}"), None)


def test_what_it_sends_for_recorded_calls_is_what_the_real_agent_sent(chromium, site, pendo_server):
    context = chromium.new_context(locale="en-US")
    tabs = [context.new_page() for _ in range(TABS)]
    for tab, page in enumerate(tabs):
        page.goto(f"{HERE.format(tab=tab)}/page?x=1#h")
    departures = []
    for at in range(0, len(CASES), TABS):
        plays = [
            Play(case, tab, page, site, pendo_server)
            for case, (tab, page) in zip(CASES[at : at + TABS], enumerate(tabs), strict=False)
        ]
        list(zip_longest(*plays))
        departures += filter(None, (play.difference() for play in plays))
    context.close()
    print(len(departures), "of", len(CASES), departures)
    assert departures == []
