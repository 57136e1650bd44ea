import json

import pytest
from click.testing import CliRunner

from pendo_destination.cli import main
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.explain.event_processing import ConditionResult, explain_subscriptions
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.runtime.definition import Subscription

TRACK = {"type": "track", "event": "Saved", "properties": {"plan": "pro"}, "anonymousId": "a", "userId": "u"}
CLASSIC = """
The classic destination (its agent starts by itself with window.pendo_options)

script      https://cdn.pendo.io/agent/static/API-KEY/pendo.js
on start    pendo.initialize({"apiKey":"API-KEY","usePendoAgentAPI":true})
cloud mode  the webhook posts the event unchanged

Differences between Pendo Web (Actions) and the classic destination
on start    pendo.initialize /0/visitor
              actions  {"id":"u"}
              classic  missing
            pendo.initialize /0/apiKey
              actions  missing
              classic  "API-KEY"
            pendo.initialize /0/usePendoAgentAPI
              actions  missing
              classic  true
on event    pendo.track call
              actions  pendo.track("Saved", {"plan":"pro"})
              classic  not called
"""


def explain_one(subscribe, mapping=None, event=TRACK, action="track"):
    (result,) = explain_subscriptions(PENDO_WEB, [Subscription(action, "s", subscribe, mapping or {})], event)
    return result


def test_match_shows_the_payload():
    assert explain_one('type = "track"', {"event": {"@path": "$.event"}}).payload == {"event": "Saved"}


def test_explanation_shows_which_condition_is_not_met():
    result = explain_one('type = "track" and properties.plan = "free"')
    assert (result.matched, result.payload) == (False, UNDEFINED)
    assert result.conditions == (
        ConditionResult('type = "track"', met=True),
        ConditionResult('properties.plan = "free"', met=False),
    )


@pytest.mark.parametrize(
    ("subscribe", "mapping", "action", "problem"),
    [
        ("type", {}, "track", "column"),
        ('type = "track"', {"event": {"@pth": 1}}, "track", "invalid directive"),
        ('type = "track"', {}, "track", "event (Event name) is required"),
        ('type = "track"', {}, "trakc", "there is no action"),
    ],
)
def test_problem_is_shown_with_its_subscription(subscribe, mapping, action, problem):
    assert problem in explain_one(subscribe, mapping, action=action).problem


@pytest.fixture
def explain(tmp_path):
    def command(event, *words):
        file = tmp_path / "event.json"
        file.write_text(json.dumps(event))
        return CliRunner().invoke(main, ["explain", str(file), *words])

    return command


def test_command_shows_each_step_up_to_the_requests(explain):
    output = explain(TRACK).stdout
    for line in (
        "1. Send Track Event -> track",
        'pendo.initialize({"visitor":{"id":"u"}})',
        'pendo.track("Saved", {"plan":"pro"})',
        'GET data.pendo.io ptm.gif  {"v":"2.291.4_prod","type":"track"}',
    ):
        assert line in output
    assert "classic" not in output


def test_classic_option_shows_both_and_their_differences(explain):
    assert explain(TRACK, "--classic").stdout.endswith(CLASSIC)


def test_command_prints_a_line_if_neither_destination_makes_a_call(explain):
    output = explain(TRACK | {"type": "page"}, "--classic").stdout
    assert "cloud mode  nothing: Pendo accepts only identify, group and track\n" in output
    assert output.endswith("on event    none: both make the same calls\n")


def test_each_destination_uses_only_its_own_settings(explain, tmp_path):
    settings = {"apiKey": "k", "region": "https://cdn.eu.pendo.io", "sendTrack": False}
    (tmp_path / "s.json").write_text(json.dumps(settings))
    output = explain(TRACK, "--classic", "--settings", str(tmp_path / "s.json")).stdout
    assert output.count("script      https://cdn.eu.pendo.io/agent/static/k/pendo.js") == 1
    assert output.count("script      https://cdn.pendo.io/agent/static/k/pendo.js") == 1
    assert "cloud mode  nothing: sendTrack is off" in output
    alone = explain(TRACK, "--settings", str(tmp_path / "s.json"))
    assert (alone.exit_code, "unknown key `sendTrack`" in alone.stderr) == (2, True)


def test_command_reports_invalid_input(explain):
    for document, reason in (
        ([], "without Segment events"),
        ({"log": {}}, "a recording"),
        ([TRACK, TRACK], "one Segment event, not 2"),
    ):
        done = explain(document)
        assert (done.exit_code, reason in done.stderr) == (2, True), done.stderr
