"""No view has an accessibility error, in light and dark, wide and at 320 px; the keyboard alone is enough."""

import pytest
import requests

from pendo_contracts.common.access_policy import AccessPolicy
from pendo_emulator.server import Emulator
from tests.browser.console.axe import AXE, find_violations

pytestmark = pytest.mark.browser

VIEWS = {
    "timeline": ("/", ".rows .verdict"),
    "overview": ("/console/overview", "#findings table"),
    "source": ("/console/source", "#reports table"),
    "visitors": ("/console/visitors", ".profiles a"),
    "accounts": ("/console/accounts", ".profiles a"),
    "query": ("/console/query", "#key option"),
    "faults": ("/console/faults", "#faults table"),
    "inspect": ("/console/inspect", "#key option"),
    "transfer": ("/console/transfer", "#key option"),
    "setup": ("/console/setup", "#key option"),
    "event": ("/console/event", ".tree .violation"),
}


@pytest.fixture
def history(space, track, beacon):
    """Record events of each kind, one of them broken, and set a fault; return the id of the broken event."""
    sent = beacon({"visitor_id": 5, "props": {"load_time": "x"}}, {"visitor_id": "v1", "account_id": "a1"})
    track("Signed Up", properties={"groupId": "a1"})
    space.fault(endpoint="guide.json", status=451)
    report = {"event": {"type": "track"}, "subscriptions": [], "calls": [], "problem": "", "at": 1}
    space.emulator.recorder.source_reports.add(space.api_key, [report])
    return f"{sent.headers['x-emulator-exchange']}.0"


@pytest.mark.parametrize("view", VIEWS)
def test_view_has_no_accessibility_error(view, open_view, history):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make node")
    path, ready = VIEWS[view]
    windows = ((320, "dark"), (1440, "light")) if view in {"timeline", "overview"} else ((320, "dark"),)
    for width, scheme in windows:
        opened = {"event": history} if view == "timeline" and width > 320 else {}
        page = open_view(path, width=width, scheme=scheme, **({"id": history} if view == "event" else opened))
        page.wait_for_selector(ready, state="attached")
        assert find_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()


def test_pages_without_access_have_no_accessibility_error(chromium, emulator):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make node")
    with Emulator(access_policy=AccessPolicy(token="secret")) as locked:
        login = chromium.new_page(viewport={"width": 320, "height": 640}, color_scheme="dark")
        login.goto(locked.url)
        login.fill("[name=token]", "wrong")
        login.click("form.login button")
        login.wait_for_selector("[role=alert]")
        denied = chromium.new_page(viewport={"width": 320, "height": 640}, color_scheme="dark")
        answer = requests.get(f"{emulator.url}/", headers={"Origin": "http://other.example"}, timeout=30)
        denied.route(f"{emulator.url}/", lambda route: route.fulfill(status=answer.status_code, body=answer.text))
        denied.goto(f"{emulator.url}/")
        assert denied.locator("[role=alert]").inner_text().startswith("pages of http://other.example have no access")
        for page in (login, denied):
            assert find_violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            page.context.close()


def test_keyboard_alone_finds_opens_and_closes_an_event(open_view, track):
    for name in ("First", "Second", "Third"):
        track(name)
    page = open_view()
    page.wait_for_selector("text=First")
    page.keyboard.press("/")
    page.keyboard.type("-name:Third")
    page.wait_for_selector(".rows:not(:has-text('Third'))")
    while page.evaluate("document.activeElement.getAttribute('role')") != "grid":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator("[aria-selected=true]").inner_text().split("\n")[2] == "First"
    page.keyboard.press("Enter")
    assert page.locator("#detail h2").inner_text() == "track First"
    while page.evaluate("document.activeElement.textContent") != "Close":
        page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.wait_for_selector("#detail", state="hidden")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "grid"


def test_first_tab_stop_skips_to_the_content(open_view):
    page = open_view("/console/faults")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
