"""The console changes things: faults, keys, recordings; and it says whether a client reaches the emulator."""

import shlex
import subprocess
from pathlib import Path

import pytest
import requests

from pendo_contracts.common.access_policy import AccessPolicy
from pendo_emulator.server import Emulator

RECORDING = Path(__file__).parents[3] / "fixtures/captures/region-us.har"

pytestmark = pytest.mark.browser


def test_fault_is_added_counted_and_cleared(open_view, space, beacon):
    page = open_view("/console/faults")
    page.fill("[name=endpoint]", "ptm.gif")
    page.fill("[name=status]", "503")
    page.fill("#add [name=times]", "1")
    page.click("text=Add the fault")
    row = "#faults tbody tr"
    page.wait_for_selector(row)
    assert page.locator(row).inner_text().split("\t") == ["endpoint ptm.gif", "status 503", "times 1", "0", "0"]
    assert [beacon({}).status_code for _ in range(2)] == [503, 200]
    page.wait_for_selector(f"{row} td:nth-child(5):text-is('1')")
    page.click("text=Clear all faults")
    page.wait_for_selector("text=No fault is in force")
    assert space.faults() == ()


def test_fault_without_an_effect_is_explained(open_view, space):
    page = open_view("/console/faults")
    page.fill("[name=endpoint]", "ptm.gif")
    page.click("text=Add the fault")
    page.locator("#problem").wait_for()
    assert page.locator("#problem").inner_text()
    assert space.faults() == ()


def test_profile_is_explained_and_applied(open_view, beacon):
    page = open_view("/console/faults")
    page.select_option("#profile [name=profile]", "adblock")
    assert "EasyPrivacy" in page.locator("#about").inner_text()
    page.select_option("#profile [name=region]", "io")
    page.click("text=Apply the profile")
    page.wait_for_selector("#faults tbody tr")
    rows = page.locator("#faults tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in rows] == ["region io, endpoint ptm.gif", "region io, endpoint guide.gif"]
    with pytest.raises(requests.ConnectionError):
        beacon({})


def test_wrong_limit_of_a_profile_is_explained(open_view, space):
    page = open_view("/console/faults")
    page.fill("#profile [name=times]", "0")
    page.click("text=Apply the profile")
    page.locator("#profile-problem").wait_for()
    assert "below 1" in page.locator("#profile-problem").inner_text()
    assert space.faults() == ()


def test_client_that_reaches_the_emulator_is_reported(open_view):
    page = open_view("/console/setup")
    card = page.locator("article:has(h3:text-is('curl'))")
    assert card.locator("[data-reach]").inner_text() == "waiting"
    subprocess.run(shlex.split(card.locator("code").inner_text()), check=True, capture_output=True, timeout=10)
    card.locator("text=reached: 1 request").wait_for()
    card.locator("a").click()
    page.wait_for_selector(".rows .row:has-text('Signed Up')")


def test_cleared_key_can_be_restored_for_ten_seconds(open_view, space, track):
    track("Kept")
    page = open_view("/console/transfer")
    page.wait_for_selector("#key option", state="attached")
    page.click("#clear")
    page.click("#notices button")
    page.wait_for_selector("text=is unchanged")
    assert len(space.exchanges()) == 1
    page.wait_for_selector("#clear:enabled")
    page.click("#clear")
    page.wait_for_selector("#notices button")
    page.goto(f"{space.url}/console/setup")  # leaving the page clears the key at once
    for _ in range(50):
        if not space.exchanges():
            break
        page.wait_for_timeout(100)
    assert space.exchanges() == []


def test_dropped_recording_gets_a_new_key_and_is_exported_again(open_view, space, tmp_path):
    page = open_view("/console/transfer")
    page.wait_for_selector("#key option", state="attached")
    transfer = page.evaluate_handle(
        "text => { const data = new DataTransfer(); data.items.add(new File([text], 'a visit.har')); return data; }",
        RECORDING.read_text("utf-8"),
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": transfer})
    page.click("#import-result a")
    page.wait_for_selector(".rows .row >> nth=0")
    (key,) = page.evaluate("[new URLSearchParams(location.search).get('key')]")
    assert key.startswith("a-visit-")
    page.goto(f"{space.url}/console/transfer?key={key}")
    for form, start in (("ndjson", '{"'), ("har", '{"log"'), ("html", "<!doctype html>")):
        page.select_option("[name=format]", form)
        with page.expect_download() as download:
            page.click("#export button")
        download.value.save_as(tmp_path / form)
        text = (tmp_path / form).read_text("utf-8")
        assert "".join(text.split())[:8].startswith("".join(start.split())[:8])
        assert download.value.suggested_filename == f"{key}.{form}"


def test_file_that_is_no_recording_is_explained(open_view, tmp_path):
    page = open_view("/console/transfer")
    page.wait_for_selector("#key option", state="attached")
    (tmp_path / "x.har").write_bytes(b"no recording")
    page.set_input_files("#file", tmp_path / "x.har")
    assert page.locator(".notice.error").inner_text()


def test_wrong_query_of_an_export_is_explained(open_view):
    page = open_view("/console/transfer")
    page.wait_for_selector("#key option", state="attached")
    page.fill("#export [name=q]", "nmae:x")
    page.click("#export button")
    page.locator("#export-problem").wait_for()
    assert "name" in page.locator("#export-problem").inner_text()


def test_browser_logs_in_once_and_uses_every_view(chromium):
    with Emulator(access_policy=AccessPolicy(token="secret")) as emulator:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"{emulator.url}/console/faults?key=k")
        page.fill("[name=token]", "wrong")
        page.click("form.login button")
        assert page.locator("[role=alert]").inner_text() == "This is not the token."
        page.fill("[name=token]", "secret")
        page.keyboard.press("Enter")
        page.wait_for_url("**/console/faults?key=k")
        page.fill("[name=status]", "503")
        page.click("text=Add the fault")
        page.wait_for_selector("#faults tbody tr")
        page.goto(f"{emulator.url}/?key=k")
        page.wait_for_selector("#status[data-state=live]")
        page.click("text=Log out")
        assert page.locator("h1").inner_text() == "Log in"
        context.close()
