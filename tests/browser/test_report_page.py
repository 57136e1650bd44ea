"""The HTML report in a real browser."""

import pytest
from playwright.sync_api import expect

from pendo_contracts.commands.report_formats import render
from pendo_contracts.report import conclude
from pendo_contracts.report.formats.html_page import FAST_GROUPS
from tests.contracts.report.formats.sample_reports import broken_report, hostile_report, large_report, small_report

SAMPLES = {"small": small_report, "broken": broken_report, "hostile": hostile_report, "large": large_report}
VIEWS = {"light": (1280, "light"), "dark": (1280, "dark"), "narrow": (320, "light"), "wide": (2200, "dark")}
COUNT = "document.querySelectorAll('.finding').length"
BRIGHTNESS = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def write_page(tmp_path_factory):
    """Return a function that writes the page of a sample once and returns its address."""
    folder = tmp_path_factory.mktemp("pages")

    def write(name):
        file = folder / f"{name}.html"
        if not file.exists():
            report = SAMPLES[name]()
            file.write_text(render("html", report, conclude(report)), "utf-8")
        return file.as_uri()

    return write


@pytest.fixture
def open_page(chromium, write_page):
    """Return a function that opens the page of a sample; the page may print no error and request nothing else."""
    contexts, problems = [], []

    def open_sample(name, view="light"):
        width, scheme = VIEWS[view]
        contexts.append(chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme))
        page, address = contexts[-1].new_page(), write_page(name)
        page.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ window.atStart = {COUNT}; }})")
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda sent: sent.url in {address, "data:,"} or problems.append(sent.url))
        page.goto(address, wait_until="domcontentloaded")
        return page

    yield open_sample
    for context in contexts:
        context.close()
    assert problems == []


def wait_for_all(page, name):
    number = len(SAMPLES[name]().findings)
    expect(page.locator(".finding")).to_have_count(number, timeout=60_000)
    return number


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["small", "broken", "hostile"])
def test_page_fits_the_window_in_its_color_scheme(open_page, name, view):
    page = open_page(name, view)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (page.evaluate(BRIGHTNESS) < 3 * 128) == (VIEWS[view][1] == "dark")


def test_large_page_opens_with_some_findings_and_adds_the_others(open_page):
    page = open_page("large", "narrow")
    assert page.evaluate("atStart") == FAST_GROUPS
    wait_for_all(page, "large")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    last = page.locator(".finding").last
    last.locator("summary").click()
    expect(last.locator(".details .places")).to_be_visible()
    page.emulate_media(media="print")
    note = page.locator(".printed").inner_text()
    assert note.startswith(f"The last {5_000 - FAST_GROUPS:,} groups of findings are printed without their details")


def test_filter_finds_late_findings_by_their_details(open_page):
    page = open_page("large")
    page.fill("#text", 'ada "loud4999",')
    expect(page.locator("#shown")).to_have_text("1 of 5000 shown", timeout=60_000)
    assert page.locator(".finding:visible").count() == 1
    page.press("#text", "Escape")
    expect(page.locator("#shown")).to_have_text("5000 of 5000 shown", timeout=60_000)


def test_filter_selects_severities(open_page):
    page = open_page("broken")
    page.uncheck("input[value=error]")
    page.uncheck("input[value=note]")
    assert page.locator(".rule.error:visible, .rule.note:visible").count() == 0
    assert page.locator(".rule.warning:visible").count() > 0
    page.uncheck("input[value=warning]")
    assert page.locator("#nothing").is_visible()


def test_buttons_open_and_close_all_findings(open_page):
    page = open_page("broken")
    number = page.evaluate(COUNT)
    page.click("#open")
    assert page.locator(".finding[open] .details").count() == number
    page.click("#close")
    assert page.locator(".finding[open]").count() == 0


@pytest.mark.parametrize("name", ["small", "broken"])
def test_printed_page_shows_the_details_of_all_findings(open_page, name):
    page = open_page(name, "dark")
    page.emulate_media(media="print", color_scheme="dark")
    heights = page.evaluate("Array.from(document.querySelectorAll('.details'), (one) => one.offsetHeight)")
    assert len(heights) == wait_for_all(page, name)
    assert min(heights) > 0
    assert page.evaluate(BRIGHTNESS) == 3 * 255
    assert not page.locator(".filter").is_visible()
    assert page.pdf().startswith(b"%PDF")
