import json

import pytest
from click.testing import CliRunner

from pendo_destination.cli import main
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.explain.subscriptions import Condition, explain_subscriptions
from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.runtime.definition import Subscription

TRACK = {"type": "track", "event": "Saved", "properties": {"plan": "pro"}, "anonymousId": "a", "userId": "u"}
CLASSIC = """
The classic destination, whose agent starts by itself with window.pendo_options

script      https://cdn.pendo.io/agent/static/API-KEY/pendo.js
on start    pendo.initialize({"apiKey":"API-KEY","usePendoAgentAPI":true})
cloud mode  the webhook posts the event as it is

Where Pendo Web (Actions) and the classic destination differ
on start    pendo.initialize /0/visitor
              actions  {"id":"u"}
              classic  has none
            pendo.initialize /0/apiKey
              actions  has none
              classic  "API-KEY"
            pendo.initialize /0/usePendoAgentAPI
              actions  has none
              classic  true
then        pendo.track call
              actions  pendo.track("Saved", {"plan":"pro"})
              classic  does not call it
"""


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


@pytest.fixture
def explain(tmp_path):
    def command(event, *words):
        file = tmp_path / "event.json"
        file.write_text(json.dumps(event))
        return CliRunner().invoke(main, ["explain", str(file), *words])

    return command


def test_the_command_shows_each_step_to_the_wire(explain):
    told = explain(TRACK).stdout
    for line in (
        "1. Send Track Event -> track",
        'pendo.initialize({"visitor":{"id":"u"}})',
        'pendo.track("Saved", {"plan":"pro"})',
        'GET data.pendo.io ptm.gif  {"v":"2.291.4_prod","type":"track"}',
    ):
        assert line in told
    assert "classic" not in told


def test_beside_the_classic_destination_it_shows_both_and_where_they_differ(explain):
    assert explain(TRACK, "--classic").stdout.endswith(CLASSIC)


def test_where_both_do_nothing_the_command_says_so(explain):
    told = explain(TRACK | {"type": "page"}, "--classic").stdout
    assert "cloud mode  nothing: Pendo takes identify, group and track\n" in told
    assert told.endswith("then        nowhere: they make the same calls\n")


def test_each_destination_takes_the_settings_that_it_knows(explain, tmp_path):
    settings = {"apiKey": "k", "region": "https://cdn.eu.pendo.io", "sendTrack": False}
    (tmp_path / "s.json").write_text(json.dumps(settings))
    told = explain(TRACK, "--classic", "--settings", str(tmp_path / "s.json")).stdout
    assert told.count("script      https://cdn.eu.pendo.io/agent/static/k/pendo.js") == 1
    assert told.count("script      https://cdn.pendo.io/agent/static/k/pendo.js") == 1
    assert "cloud mode  nothing: sendTrack is off" in told
    alone = explain(TRACK, "--settings", str(tmp_path / "s.json"))
    assert (alone.exit_code, "`sendTrack` is not known" in alone.stderr) == (2, True)


def test_the_command_says_what_is_wrong_with_its_input(explain):
    done = explain([])
    assert (done.exit_code, "no JSON object" in done.stderr) == (2, True)
