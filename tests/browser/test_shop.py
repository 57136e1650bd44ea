"""A small shop with Segment's snippet, the real analytics-next and our plugin, against every region and a CNAME."""

import shutil
from pathlib import Path

import pytest

from pendo_contracts.wire.region import REGIONS
from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.configuration import Configuration
from pendo_destination.runtime.destination_instance import compile_plugins
from pendo_destination.source import Source, TrackingApi
from pendo_destination.source.cdn_files import create_cdn, find_bundles
from pendo_destination.transport.http_transport import HttpTransport
from pendo_emulator.api_key_space import Space
from pendo_emulator.server import Emulator
from pendo_emulator.tls.authority import Authority
from pendo_emulator.tls.trust_store import NssStore
from tests.case_selection import selected

pytestmark = pytest.mark.browser

PACKAGES = Path(__file__).parents[1] / "node/node_modules"
CNAME = "content.customer.example"
PLACES = {name: {"region": f"https://{region.content_host}"} for name, region in REGIONS.items()}
PLACES["data.customer.example"] = {"region": "https://cdn.pendo.io", "cnameContentHost": CNAME}
# The real agent visits every place; the stand-in every third one, because each visit takes five seconds.
VISITS = [("stand-in", place) for place in selected(PLACES)] + [("real agent", place) for place in PLACES]


@pytest.fixture(scope="module", params=["stand-in", "real agent"])
def emulator(request):
    package = PACKAGES / "@pendo/agent"
    if not package.exists():
        pytest.skip("the npm packages are missing: make node")
    cnames = [CNAME, "data.customer.example"]
    authority = Authority.make(["pendo.io", *cnames])
    agent = package if request.param == "real agent" else None
    with Emulator(cnames=cnames, authority=authority, agent=agent) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def browser(emulator, chromium, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    store = NssStore(home / ".pki/nssdb")
    if obstacle := store.obstacle():
        pytest.skip(obstacle)
    store.install(emulator.authority.pem)
    names = ",".join(f"MAP *.{domain}:443 127.0.0.1:{emulator.port}" for domain in ("pendo.io", "customer.example"))
    rules = f"{names},MAP * 127.0.0.1"
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"),
        args=[
            "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-proxy-server",
            f"--host-resolver-rules={rules}",
        ],
        env={"HOME": str(home)},
    )  # fmt: skip
    yield browser
    browser.close()


@pytest.fixture
def source(emulator):
    """Serve Segment's APIs for a new write key, which is also the API key."""
    opened = []

    def open_source(settings):
        space = Space.fresh(emulator)
        settings = {"apiKey": space.api_key, **settings}
        transport = HttpTransport(emulator.url)
        site_config = SiteConfig(PENDO_WEB, settings, compile_plugins(PENDO_WEB, PENDO_WEB.presets), transport)
        api = TrackingApi([Source(space.api_key, site_config)])
        configuration = Configuration(settings, PENDO_WEB.presets)
        bundles = find_bundles(PACKAGES / "@segment/analytics-next")
        api.app.register_blueprint(create_cdn({space.api_key: configuration}, bundles))
        opened.extend((api, transport))
        return space, api.start()

    yield open_source
    for api, transport in zip(opened[::2], opened[1::2], strict=True):
        api.stop()
        transport.close()


def wait_until_ready(page):
    page.wait_for_function("window.pendo && pendo.isReady && pendo.isReady()")


def flush(page, space, tracks, clicks):
    """Send all events and wait for the answers: a page that is left during a request sends that request again."""
    page.evaluate("pendo.flushNow()")
    space.wait(clicks, 20, type="click")
    for name, count in tracks.items():
        space.wait(count, 20, type="track", name=name)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("emulator", "place"), VISITS, indirect=["emulator"])
def test_whole_visit_arrives_and_keeps_contracts(place, browser, shops, shop_page, source):
    space, api = source(PLACES[place])
    pages, origin = shops
    pages[f"/{space.api_key}"] = shop_page(space.api_key, api.url)
    page = browser.new_context().new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)

    page.goto(f"{origin}/{space.api_key}")
    wait_until_ready(page)
    for button in ("buy", "log-in", "join", "export", "next"):
        page.click(f"#{button}")
    flush(page, space, {"Added To Cart": 1, "Report Exported": 1}, clicks=5)
    page.reload()
    wait_until_ready(page)
    page.click("#buy")
    page.click("#log-out")
    flush(page, space, {"Added To Cart": 2}, clicks=7)
    page.evaluate("analytics.track('Added To Cart')")
    page.goto("about:blank")
    space.wait(3, 20, type="track", name="Added To Cart")
    page.context.close()

    exchanges = space.exchanges()
    assert not errors
    assert not [x.envelope.url for x in exchanges if "rt" in x.beacon.query]
    assert {x.beacon.place.label for x in exchanges if x.beacon.events} == {place}
    assert {event.type for event in space.events()} >= {"load", "meta", "identify", "track", "click"}
    accounts = {event.value["account_id"] for event in space.events(type="track")}
    assert accounts >= {None, "parent-1::acct-1"}
    space.assert_kept()
