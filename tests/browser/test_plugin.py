"""The destination's plugin for a page, held to the cases the Python actions are held to."""

import json
from importlib import resources
from pathlib import Path

import pytest

from pendo_destination.conformance.tagged import untag
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.javascript.difference import differences

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PLUGIN = resources.files("pendo_destination").joinpath("browser", "plugin.js").read_text("utf-8")
CASES = json.loads((Path(__file__).parents[2] / "fixtures/segment/actions.json").read_text("utf-8"))
PRESETS = {preset.partner_action: (preset.subscribe, preset.mapping) for preset in PENDO_WEB.presets}

PLAY = Path(__file__).with_name("play.js").read_text("utf-8")


def preset_only(case):
    """Tell whether a case uses the presets alone, which is what the plugin offers."""
    used = [s for s in case["subscriptions"] if s.get("enabled")]
    return all(PRESETS.get(s["partnerAction"]) == (s["subscribe"], s.get("mapping")) for s in used)


def expected(case):
    """Take from a published answer what a page can show: of an error, that there was one."""
    answer = untag({key: case["expect"][key] for key in ("plugins", "steps", "scripts")})
    for step in answer["steps"]:
        failed = step.pop("error", None) is not None
        step.pop("returned_ctx", None)
        if "not_wired" not in step:
            step["failed"] = failed
    return answer


def test_the_plugin_makes_the_calls_the_published_destination_made(chromium):
    page = chromium.new_page()
    found = []
    for case in filter(preset_only, CASES):
        page.goto("about:blank")
        page.evaluate(PLUGIN)
        got = untag(page.evaluate(PLAY, case))
        found += differences(expected(case), got, case=case["id"])
    page.close()
    assert found == []
