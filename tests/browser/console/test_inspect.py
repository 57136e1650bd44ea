"""The console finds the cause of a support case in dropped recordings and in a key, in the words of the command."""

from pathlib import Path

import pytest

from pendo_emulator.inspection.inspect_recording import inspect_recording
from pendo_emulator.report.wording import fact_rows
from tests.browser.console.axe import AXE, find_violations

SUPPORT = Path(__file__).parents[3] / "fixtures/support"
GOOD, BROKEN = SUPPORT / "account-with-traits.har", SUPPORT / "account-without-traits.har"
FILES = """files => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name));
  return data;
}"""

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(open_view):
    """Return the page of the view, 320 px wide."""
    page = open_view("/console/inspect", width=320, scheme="dark")
    page.wait_for_selector("#key option", state="attached")
    return page


def drop(page, *files):
    transfer = page.evaluate_handle(FILES, [[file.name, file.read_text("utf-8")] for file in files])
    page.dispatch_event("#drop", "drop", {"dataTransfer": transfer})


def assert_accessible(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    if AXE.exists():
        assert find_violations(page) == []


def test_dropped_recordings_show_the_cause_and_what_differs(opened):
    inspection = inspect_recording(BROKEN, BROKEN.name)
    cause = inspection.causes[0]
    drop(opened, BROKEN)
    opened.wait_for_selector(".inspection")
    assert opened.locator(".inspection .sentence").inner_text() == cause.sentence
    shown = opened.locator(".inspection").inner_text()
    for text in (f"What to do: {cause.fix}", cause.evidence[0].text, cause.refuted_by, inspection.story[0].text):
        assert text in shown
    headings = opened.locator(".inspection > h2, .inspection > section > h3").all_inner_texts()
    assert [name for name in headings if name != "Also"] == [
        "Most likely cause", "What Pendo shows at the end", "Facts", "Story",
    ]  # fmt: skip
    facts = opened.locator(".inspection > section > .pairs > div").all_inner_texts()
    assert [tuple(fact.split("\n")) for fact in facts] == list(fact_rows(inspection.facts))
    assert_accessible(opened)

    drop(opened, BROKEN, GOOD)
    opened.wait_for_selector(".difference")
    assert f"From {GOOD.name} to {BROKEN.name}" in opened.locator(".difference h2").inner_text()
    assert ["account acme: plan", "pro", "nothing"] in [
        row.split("\t") for row in opened.locator(".difference tbody tr").all_inner_texts()
    ]
    assert opened.locator(".inspection").count() == 2
    assert_accessible(opened)


def test_file_that_is_no_recording_is_explained(opened, tmp_path):
    (tmp_path / "<b>x.har").write_bytes(b"no recording")
    opened.set_input_files("#file", tmp_path / "<b>x.har")
    opened.locator("#problem").wait_for()
    assert "<b>x.har is not a recording" in opened.locator("#problem").inner_text()
    assert opened.locator(".inspection").count() == 0


def test_chosen_key_is_inspected(opened, track):
    track("Signed Up")
    opened.click("#inspect-key")
    opened.wait_for_selector(".inspection .sentence")
    assert opened.locator(".inspection dt:text-is('requests to Pendo') + dd").inner_text()
