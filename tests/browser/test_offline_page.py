"""A page in a browser without DNS works with `serve`, its plugin and the emulator if only the CDN host is replaced."""

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

COMMAND = Path(sys.executable).parent / "pendo-destination"
NODE = Path(__file__).parents[1] / "node"
LIBRARY = "node_modules/@segment/analytics-next"
NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


def subscription(action, trigger, mapping):
    return {"partnerAction": action, "name": action, "subscribe": trigger, "mapping": mapping, "enabled": True}


SUBSCRIPTIONS = [
    subscription("track", 'type = "track"', {"event": {"@path": "$.event"}, "metadata": {"@path": "$.properties"}}),
    subscription("track", 'event = "Added To Cart" and properties.price > 5',
                 {"event": {"@template": "Paid: {{event}}"}, "metadata": {"price": {"@path": "$.properties.price"}}}),
    subscription("identify", 'type = "identify"', {"visitorId": {"@template": "mapped-{{userId}}"}}),
]  # fmt: skip


@pytest.fixture
def browser(chromium):
    if not (NODE / LIBRARY).exists():
        pytest.skip("the npm packages are missing: make node")
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--no-proxy-server", NO_NAMES]
    )
    yield browser
    browser.close()


@pytest.fixture
def serve(pendo, tmp_path):
    """Start `pendo-destination serve` for pages; return the process and its URL."""
    settings = {"apiKey": pendo.api_key, "region": "https://cdn.eu.pendo.io", "subscriptions": SUBSCRIPTIONS}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    process = subprocess.Popen(
        [COMMAND, "serve", "--port", "0", "--write-key", "W", "--settings", tmp_path / "settings.json",
         "--emulator", pendo.url, "--analytics-next", LIBRARY],
        stdout=subprocess.PIPE, text=True, cwd=NODE,
    )  # fmt: skip
    url = next(found[1] for line in process.stdout if (found := re.search(r"Tracking API is at (\S+)", line)))
    yield process, url
    process.kill()
    process.communicate()


@pytest.fixture
def page(browser, shops, shop_page, serve):
    pages, origin = shops
    pages["/offline"] = shop_page("W", serve[1])
    page = browser.new_page()
    page.goto(f"{origin}/offline")
    page.wait_for_function("window.pendo && pendo.isReady && pendo.isReady()")
    yield page
    page.close()


def test_page_without_dns_reaches_the_emulator_with_custom_subscriptions(page, pendo):
    page.click("#buy")
    page.click("#log-in")
    page.evaluate("pendo.flushNow()")
    pendo.wait(timeout=20, type="track", name="Added To Cart")
    (exchange,) = pendo.wait(timeout=20, type="track", name="Paid: Added To Cart")
    assert exchange.beacon.place.label == "eu"
    pendo.wait(timeout=20, type="identify", visitor_id="mapped-user-1")
    page.evaluate("analytics.track('Added To Cart', {price: 1}).then(() => pendo.flushNow())")
    pendo.wait(2, timeout=20, type="track", name="Added To Cart")
    tracked = [(event.value["track_event_name"], event.value["props"]) for event in pendo.events(type="track")]
    assert sorted(name for name, _ in tracked) == ["Added To Cart", "Added To Cart", "Paid: Added To Cart"]
    assert ("Paid: Added To Cart", {"price": 12.5}) in tracked
    pendo.assert_kept()


def test_event_is_counted_and_logged_if_the_source_does_not_answer(page, pendo, serve):
    process, _ = serve
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    with page.expect_console_message(lambda message: "the source did not answer" in message.text) as logged:
        page.click("#buy")
    assert logged.value.type == "error"
    # An event that the page sent before may be on its way when the source ends.
    lost = int(re.search(r"type track is lost \((\d+) so far\)", logged.value.text)[1])
    assert page.evaluate("window['pendo-web-actionsDestination'].undelivered") >= lost >= 1
    page.evaluate("pendo.flushNow()")
    pendo.wait(timeout=20, type="track", name="Added To Cart")
    assert [event.value["track_event_name"] for event in pendo.events(type="track")] == ["Added To Cart"]
