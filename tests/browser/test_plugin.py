"""The destination's browser plugin passes the cases that the Python actions pass."""

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
    """Return whether a case uses only presets; the plugin offers nothing else."""
    used = [s for s in case["subscriptions"] if s.get("enabled")]
    return all(PRESETS.get(s["partnerAction"]) == (s["subscribe"], s.get("mapping")) for s in used)


def expected(case):
    """Return the part of a published answer that a page can observe; of an error only whether it occurred."""
    answer = untag({key: case["expect"][key] for key in ("plugins", "steps", "scripts")})
    for step in answer["steps"]:
        failed = step.pop("error", None) is not None
        step.pop("returned_ctx", None)
        if "not_wired" not in step:
            step["failed"] = failed
    return answer


def test_the_plugin_makes_the_calls_of_the_published_destination(chromium):
    page = chromium.new_page()
    found = []
    for case in filter(preset_only, CASES):
        page.goto("about:blank")
        page.evaluate(PLUGIN)
        got = untag(page.evaluate(PLAY, case))
        found += differences(expected(case), got, case=case["id"])
    page.close()
    assert found == []
