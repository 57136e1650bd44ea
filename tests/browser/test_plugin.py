"""The destination's browser plugin passes the cases that the Python actions pass; presets need no server."""

import json
from importlib import resources
from pathlib import Path

import pytest
import requests

from pendo_destination.conformance.tagged_values import untag
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.javascript.difference import differences
from pendo_destination.runtime.configuration import Configuration
from pendo_destination.runtime.definition import Subscription
from pendo_destination.source import TrackingApi
from pendo_destination.source.cdn_files import create_cdn
from tests.case_selection import selected

pytestmark = pytest.mark.browser

PLUGIN = resources.files("pendo_destination").joinpath("browser", "plugin.js").read_text("utf-8")
CASES = json.loads((Path(__file__).parents[2] / "fixtures/segment/actions.json").read_text("utf-8"))
PRESETS = {preset.partner_action: (preset.subscribe, preset.mapping) for preset in PENDO_WEB.presets}

PLAY = Path(__file__).with_name("play.js").read_text("utf-8")


def preset_only(case):
    """Return whether a case uses only presets, which the plugin runs itself."""
    used = [s for s in case.get("subscriptions") or () if s.get("enabled")]
    return all(PRESETS.get(s["partnerAction"]) == (s["subscribe"], s.get("mapping")) for s in used)


@pytest.fixture
def settings_of():
    """Serve the cases, each as a separate source, and return a function that gives the plugin's settings for a case."""
    configurations = {
        case["id"]: Configuration(case["settings"], tuple(map(Subscription.from_json, case.get("subscriptions") or ())))
        for case in CASES
    }
    with TrackingApi([]) as api:
        api.app.register_blueprint(create_cdn(configurations, None))

        def read(case):
            document = requests.get(f"{api.url}/v1/projects/{case['id']}/settings", timeout=20).json()
            return document["remotePlugins"][0]["settings"]

        yield read


def expected(case):
    """Return the part of a published answer that a page can observe; of an error only whether it occurred."""
    answer = untag({key: case["expect"][key] for key in ("plugins", "steps", "scripts")})
    for step in answer["steps"]:
        failed = step.pop("error", None) is not None
        step.pop("returned_ctx", None)
        if "not_wired" not in step:
            step["failed"] = failed
    return answer


def test_presets_make_the_published_calls_without_a_server(chromium):
    page = chromium.new_page()
    found = []
    for case in selected(filter(preset_only, CASES)):
        page.goto("about:blank")
        page.evaluate(PLUGIN)
        got = untag(page.evaluate(PLAY, case))
        found += differences(expected(case), got, case=case["id"])
    page.close()
    assert found == []


def test_custom_subscriptions_make_the_calls_of_the_published_destination(chromium, settings_of):
    page = chromium.new_page()
    found = []
    for case in selected(CASES):
        settings = settings_of(case)
        page.goto("http://shop.test/")
        page.evaluate(PLUGIN)
        got = untag(page.evaluate(PLAY, {**case, "settings": settings, "subscriptions": settings["subscriptions"]}))
        found += differences(expected(case), got, case=case["id"])
    page.close()
    assert found == []


TIMING = """
async () => {
  const tracked = [];
  window.pendo = { initialize() {}, identify() {}, track: (name) => tracked.push(name) };
  const answers = [];
  const requests = [];
  window.fetch = (url, options) => {
    requests.push(options);
    return new Promise((resolve) => answers.push(resolve));
  };
  const answer = (number, name) => answers[number]({
    ok: true,
    json: async () => [{ calls: [{ method: 'track', args: [name], undefined: [] }] }, { calls: [] }],
  });
  const user = () => ({ id: () => 'u', anonymousId: () => 'a', traits: () => ({}) });
  const subscription = (partnerAction, custom) => ({ partnerAction, custom, enabled: true });
  const plugins = window['pendo-web-actionsDestination']({
    region: 'about:blank#', callsUrl: 'http://source.test/',
    subscriptions: [subscription('track', false), subscription('track', true), subscription('identify', true)],
  });
  for (const plugin of plugins) await plugin.load({}, { user, group: user });
  const event = (name) => ({ type: 'track', event: name, messageId: name });
  const deliver = (name) => plugins.map((plugin) => plugin.track({ event: event(name) }));
  const delivered = [...deliver('first'), ...deliver('second')];
  const atOnce = [...tracked];
  answer(1, 'custom second');
  await new Promise((resolve) => setTimeout(resolve));
  answer(0, 'custom first');
  await Promise.all(delivered);
  return { atOnce, tracked, requests: requests.map(({ keepalive, headers, body }) => ({ keepalive, headers, body })) };
}
"""


def test_presets_run_at_once_and_custom_calls_follow_in_the_order_of_events(chromium):
    page = chromium.new_page()
    page.goto("http://shop.test/")
    page.evaluate(PLUGIN)
    result = page.evaluate(TIMING)
    page.close()
    assert result["atOnce"] == ["first", "second"]
    assert result["tracked"] == ["first", "second", "custom first", "custom second"]
    first, second = result["requests"]
    assert (first["keepalive"], first.get("headers")) == (True, None)
    assert [json.loads(request["body"])["event"]["event"] for request in (first, second)] == ["first", "second"]
    assert json.loads(first["body"])["subscriptions"] == [1, 2]
