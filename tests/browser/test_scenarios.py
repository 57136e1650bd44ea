"""Scenarios show their symptom and cause with the real agent in Chromium too; `make scenarios` runs all of them."""

from pathlib import Path

import pytest

from pendo_destination.scenarios.library import find_scenario
from pendo_destination.scenarios.running.real_browser import RealBrowser
from pendo_destination.scenarios.running.run_scenario import run_scenario
from pendo_emulator.server import Emulator

pytestmark = pytest.mark.browser

PACKAGE = Path(__file__).parents[1] / "node/node_modules/@pendo/agent"
# One for each way in which a browser decides: its policy, an extension, an address, mixed content, and answers.
NAMES = ("csp-data", "adblock-beacons", "cname-without-scheme", "mixed-content", "wrong-region-script")


@pytest.fixture(scope="module")
def real_pendo():
    if not PACKAGE.exists():
        pytest.skip("@pendo/agent is not installed: npm ci --prefix tests/node")
    with Emulator(agent=PACKAGE) as emulator:
        yield emulator


@pytest.mark.parametrize("name", NAMES)
def test_scenario_shows_symptom_and_cause_in_chromium(name, chromium, real_pendo):
    run = run_scenario(find_scenario(name), real_pendo.url, RealBrowser(chromium).play, in_browser=True)
    assert run.differences == ()
