"""The stand-in agent in a real browser sends what the real agent sent for the same calls."""

import json
from pathlib import Path

import pytest

from destination.conformance.agent import _arrange, streams
from destination.conformance.difference import differences
from emulator.space import Space

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CASES = json.loads((Path(__file__).parents[2] / "fixtures/agent/cases.json").read_text("utf-8"))
PAGES_AT_ONCE = 8
ORIGIN, RECORDED_ORIGIN = "http://apps.localtest", "https://app.localtest"

CALLS = """([key, ticks, finalFlush]) => {
  const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const tags = {
    $undefined: () => undefined, $nan: () => NaN, $inf: (sign) => sign * Infinity,
    $date: (iso) => new Date(iso), $function: () => () => {},
  };
  const untag = (value) => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(untag);
    const [name] = Object.keys(value);
    if (name in tags && Object.keys(value).length === 1) return tags[name](value[name]);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, untag(item)]));
  };
  const run = async () => {
    for (const tick of ticks) {
      for (const [name, ...args] of tick) pendo[name](...args.map(untag));
      await sleep(45);
    }
    if (finalFlush) pendo.flushNow(true);
    await sleep(60);
  };
  window.ran = run();
}"""
