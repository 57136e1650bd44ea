"""The page of inspections in a browser: nothing executes or is loaded, and it fits on narrow screens and on paper."""

import pytest

from pendo_contracts.comparison.comparison import AnswerChange, Comparison, EventGroup, FactChange, FieldChange, Totals
from pendo_emulator.report.inspection_page import inspections_as_html
from pendo_emulator.report.recording_difference import FactDifference, RecordingDifference
from tests.emulator.report.conftest import hostile_inspection, support_inspections  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser

HOSTILE = (
    "\"'></title></style><script>window.hit=1</script><img src=http://shop.test/x onerror=window.hit=1>"
    "<svg onload=window.hit=1><a href=javascript:window.hit=1>x</a>{{7*7}}" + "w" * 300
)


@pytest.fixture
def hostile_page(hostile_inspection):  # noqa: F811 - the fixture
    one = hostile_inspection(HOSTILE)
    group = EventGroup(HOSTILE, HOSTILE, HOSTILE, 1, (HOSTILE,), HOSTILE)
    change = FieldChange(HOSTILE, HOSTILE, HOSTILE, HOSTILE, {HOSTILE: HOSTILE}, {HOSTILE: 1}, ((HOSTILE, HOSTILE),))
    events = Comparison(
        Totals(), (FactChange(HOSTILE, (HOSTILE,), ()),), (group,), (group,), (change,),
        (AnswerChange(HOSTILE, HOSTILE, HOSTILE, 1, ()),), notes=(HOSTILE,),
    )  # fmt: skip
    facts = (FactDifference(HOSTILE, HOSTILE, HOSTILE),)
    return inspections_as_html(
        [one, one], [RecordingDifference(HOSTILE, HOSTILE, one.causes, one.causes, facts, events)]
    )


@pytest.fixture
def open_page(chromium, tmp_path):
    """Open a page from a file; return it, the addresses that it asks for, and its errors."""
    contexts = []

    def show(html, **options):
        (tmp_path / "result.html").write_text(html, "utf-8")
        contexts.append(chromium.new_context(**options))
        page = contexts[-1].new_page()
        asked, errors = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto((tmp_path / "result.html").as_uri())
        return page, [url for url in asked if not url.startswith(("file:", "data:"))], errors

    yield show
    for context in contexts:
        context.close()


def test_hostile_values_execute_nothing_and_load_nothing(open_page, hostile_page):
    page, asked, errors = open_page(hostile_page)
    page.locator("summary").first.click()
    assert page.evaluate("[window.hit, document.scripts.length, document.images.length]") == [None, 0, 0]
    assert page.evaluate("document.querySelectorAll('svg, [onerror], [onload], [href^=javascript]').length") == 0
    assert (asked, errors) == ([], [])


def test_page_is_not_wider_than_the_screen(open_page, hostile_page):
    page, _, _ = open_page(hostile_page)
    for width in (1200, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_print_shows_the_closed_parts(open_page, hostile_page):
    page, _, _ = open_page(hostile_page)
    page.emulate_media(media="print")
    assert page.locator("details .details p").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(open_page, support_inspections, scheme):  # noqa: F811 - the fixture
    good, bad, difference = support_inspections
    page, _, _ = open_page(inspections_as_html([good, bad], [difference]), color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []


# Returns the texts whose contrast to their background is below 4.5 (WCAG AA).
CONTRAST = """
() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const bad = [];
  for (const e of document.body.querySelectorAll('*')) {
    if (![...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) bad.push([e.textContent.trim().slice(0, 40), contrast]);
  }
  return bad;
}
"""
