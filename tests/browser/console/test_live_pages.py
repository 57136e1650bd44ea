"""A page with the real analytics-next and the real agent: its calls appear in the console within a second."""

from pathlib import Path

import pytest

from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.configuration import Configuration
from pendo_destination.runtime.destination_instance import compile_plugins
from pendo_destination.source import Source, TrackingApi
from pendo_destination.source.cdn_files import create_cdn, find_bundles
from pendo_destination.transport.http_transport import HttpTransport

pytestmark = pytest.mark.browser

PACKAGES = Path(__file__).parents[2] / "node/node_modules"


@pytest.fixture
def shop(chromium, space, shops, shop_page):
    """Open a small shop whose events go through analytics-next, our plugin and the real agent."""
    if not (PACKAGES / "@pendo/agent").exists():
        pytest.skip("the npm packages are missing: make node")
    settings = {"apiKey": space.api_key, "region": space.host_url("cdn.eu.pendo.io")}
    transport = HttpTransport(space.url)
    site_config = SiteConfig(PENDO_WEB, settings, compile_plugins(PENDO_WEB, PENDO_WEB.presets), transport)
    api = TrackingApi([Source(space.api_key, site_config)])
    bundles = find_bundles(PACKAGES / "@segment/analytics-next")
    api.app.register_blueprint(create_cdn({space.api_key: Configuration(settings, PENDO_WEB.presets)}, bundles))
    api.start()
    pages, origin = shops
    pages[f"/{space.api_key}"] = shop_page(space.api_key, api.url)
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{origin}/{space.api_key}")
    page.wait_for_function("window.pendo && pendo.isReady && pendo.isReady()")
    yield page
    context.close()
    api.stop()
    transport.close()


def test_identify_group_and_track_of_a_real_page_appear_within_a_second(shop, space, open_view, seconds_until):
    console = open_view()
    console.wait_for_selector("#status[data-state=live]")
    for button in ("log-in", "join", "buy"):
        shop.click(f"#{button}")
    shop.evaluate("pendo.flushNow()")
    waited = []
    for event_type, text in (("identify", "user-1"), ("identify", "parent-1::acct-1"), ("track", "Added To Cart")):
        space.wait(type=event_type, timeout=15)
        row = f".rows .row:has(.c-type:has-text('{event_type}')):has-text('{text}')"
        waited.append(seconds_until(console, f"{row} >> nth=0"))
        assert set(console.locator(f"{row} .verdict").all_inner_texts()) == {"kept"}
        assert set(console.locator(f"{row} .c-place").all_inner_texts()) == {"eu"}
    assert min(waited) < 1


def test_broken_event_of_a_page_shows_the_line_of_the_contract(shop, space, open_view, beacon):
    console = open_view()
    console.wait_for_selector("#status[data-state=live]")
    beacon({"visitor_id": 5})
    console.click(".rows .row:has-text('broken')")
    console.wait_for_selector("#detail .violation:has-text('event.schema.json:')")
    assert '"type": "string"' in console.locator("#detail .violation .snippet").first.inner_text()
    assert shop.url
    assert space.exchanges()
