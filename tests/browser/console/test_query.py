"""The console runs pipelines on the rows of a key, names the exchanges behind a row, and shows integration keys."""

import pytest

pytestmark = pytest.mark.browser
TRACKS = '[{"source": {"trackEvents": null}}]'


def test_pipeline_gives_rows_with_their_exchanges_and_keys_are_shown_on_request(open_view, track, space):
    space.subscribe(segment_track=True)
    number = track("Signed Up", properties={"plan": "<b>pro</b>"}).headers["x-emulator-exchange"]
    page = open_view("/console/query", width=900)
    page.wait_for_selector("#key option", state="attached")
    page.fill("#steps", TRACKS)
    page.click("text=Run")
    page.wait_for_selector("#tables table")
    assert page.locator("#tables td a").first.text_content() == number
    assert "<b>pro</b>" in page.locator("#tables table").text_content()
    assert "properties.plan" in page.locator("#tables thead").text_content()
    page.set_viewport_size({"width": 390, "height": 800})
    page.check("#explain")
    page.click("text=Run")
    page.wait_for_selector("#tables section:nth-child(2) table")
    lefts = {box.bounding_box()["x"] for box in page.locator("#tables section").all()}
    assert len(lefts) == 1
    page.fill("#steps", '[{"source"')
    page.click("text=Run")
    page.wait_for_selector("#problem:has-text('The pipeline is not JSON')")
    page.fill("#steps", '[{"source": {"trackEvents": null}}, {"filter": "a ~ b"}]')
    page.click("text=Run")
    page.wait_for_selector("#problem:has-text('column 3')")
    assert "/request/pipeline/1/filter, column 3" in page.locator("#problem").text_content()
    assert space.integration_key not in page.content()
    page.click("#show-keys")
    page.wait_for_selector(f"#keys:has-text('{space.integration_key}')")
