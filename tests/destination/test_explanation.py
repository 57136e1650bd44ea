import json
import subprocess
import sys
from pathlib import Path

import pytest

from destination.definition import Subscription
from destination.explanation import Condition, explain_subscriptions
from destination.javascript import UNDEFINED
from destination.pendo_web import PENDO_WEB

COMMAND = Path(sys.executable).parent / "pendo-destination"
TRACK = {"type": "track", "event": "Saved", "properties": {"plan": "pro"}, "anonymousId": "a", "userId": "u"}


def step(subscribe, mapping=None, event=TRACK, action="track"):
    (found,) = explain_subscriptions(PENDO_WEB, [Subscription(action, "s", subscribe, mapping or {})], event)
    return found


def test_a_match_shows_the_payload():
    assert step('type = "track"', {"event": {"@path": "$.event"}}).payload == {"event": "Saved"}


def test_no_match_names_the_condition_that_is_not_met():
    found = step('type = "track" and properties.plan = "free"')
    assert (found.matched, found.payload) == (False, UNDEFINED)
    assert found.conditions == (Condition('type = "track"', met=True), Condition('properties.plan = "free"', met=False))


@pytest.mark.parametrize(
    ("subscribe", "mapping", "action", "problem"),
    [
        ("type", {}, "track", "column"),
        ('type = "track"', {"event": {"@pth": 1}}, "track", "invalid directive"),
        ('type = "track"', {}, "track", "event (Event name) is required"),
        ('type = "track"', {}, "trakc", "there is no action"),
    ],
)
def test_a_problem_is_said_where_it_is(subscribe, mapping, action, problem):
    assert problem in step(subscribe, mapping, action=action).problem


def test_the_command_shows_each_step_to_the_wire(tmp_path):
    (tmp_path / "event.json").write_text(json.dumps(TRACK))
    done = subprocess.run([COMMAND, "explain", tmp_path / "event.json"], capture_output=True, text=True, check=True)
    for line in (
        "1. Send Track Event -> track",
        'pendo.initialize({"visitor":{"id":"_PENDO_T_a"}})',
        'pendo.track("Saved", {"plan":"pro"})',
        'GET data.pendo.io ptm.gif  {"v":"2.291.4_prod","type":"track"}',
    ):
        assert line in done.stdout


def test_the_command_says_what_is_wrong_with_its_input(tmp_path):
    (tmp_path / "event.json").write_text("[]")
    done = subprocess.run([COMMAND, "explain", tmp_path / "event.json"], capture_output=True, text=True, check=False)
    assert (done.returncode, "no JSON object" in done.stderr) == (2, True)
