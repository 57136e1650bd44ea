"""Takes the screenshots of the README: sends a day of events to an emulator and opens its console in Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import requests
from playwright.sync_api import sync_playwright

from pendo_contracts.wire import jzb
from pendo_emulator.server import Emulator
from tests.conftest import LOAD

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "docs/images"
KEY: Final = "shop"
SIZE: Final = {"width": 1280, "height": 720}
DESTINATION: Final = Path(sys.executable).with_name("pendo-destination")
EVENTS: Final = (ROOT / "fixtures/segment/day.ndjson", ROOT / "fixtures/segment/broken.ndjson")


def send_events(emulator: Emulator) -> None:
    """Send the events of a day, invalid events, and one event with wrong types."""
    environment = os.environ | {"PENDO_EMULATOR_URL": emulator.url}
    send = [DESTINATION, "send", "--region", "eu", "--api-key", KEY, "--validation", "browser"]
    text = "".join(file.read_text("utf-8") for file in EVENTS)
    # Many machines have no font for characters that few scripts use.
    plain = re.sub("[^\0-\u024f]", "", text)
    subprocess.run([*send, "-"], check=False, env=environment, capture_output=True, input=plain, encoding="utf-8")
    wrong = jzb.encode([LOAD | {"visitor_id": 5, "props": {"load_time": "284 ms"}}])
    beacon = f"/data/ptm.gif/{KEY}?v=2.291.4_prod&ct=1795376101259&jzb={wrong}"
    requests.get(emulator.host_url("data.eu.pendo.io") + beacon, timeout=10)


def timeline(page: Page, url: str) -> None:
    """Show the timeline with one broken event."""
    page.goto(f"{url}/?key={KEY}&q=-type:guide.json,meta")
    page.locator(".rows .row", has_text="broken").first.click()
    page.wait_for_selector("#detail .violation")


def overview(page: Page, url: str) -> None:
    """Show the overview."""
    page.goto(f"{url}/console/overview?key={KEY}")
    page.wait_for_selector("#keys table")


def visitor(page: Page, url: str) -> None:
    """Show the visitor that was seen last."""
    page.goto(f"{url}/console/visitors?key={KEY}")
    page.locator(".profiles a", has_text=":").first.click()
    page.wait_for_selector("#profile .story")


def main() -> None:
    """Write a screenshot of each view."""
    FOLDER.mkdir(exist_ok=True)
    with Emulator() as emulator, sync_playwright() as playwright:
        send_events(emulator)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, show in (("timeline", timeline), ("overview", overview), ("visitor", visitor)):
            page = browser.new_page(viewport=SIZE, locale="en-US", color_scheme="light", reduced_motion="reduce")
            show(page, emulator.url)
            page.wait_for_timeout(500)
            page.screenshot(path=FOLDER / f"console-{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
