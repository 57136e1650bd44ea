"""A scenario that is made of a recording shows the cause of the recording."""

import json
import lzma
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from pendo_contracts.scenarios.reading import parse_scenario
from pendo_destination.scenarios.deriving.derive_scenario import as_yaml, derive_scenario
from pendo_destination.scenarios.deriving.recorded_case import read_case
from pendo_destination.scenarios.library import find_scenario
from pendo_destination.scenarios.running.emulator import ScenarioEmulator
from pendo_destination.scenarios.running.run_scenario import run_scenario
from tests.emulator.inspection.har_kit import Session

ROOT = Path(__file__).parents[3]
CAUSE = {"cause": "healthy", "certainty": "likely", "sentence": "s", "fix": "f", "evidence": []}
INSPECTION = {"causes": [CAUSE], "possible": []}


def read_sessions():
    with lzma.open(ROOT / "fixtures/support/sessions.ndjson.xz", "rt", encoding="utf-8") as file:
        return [pytest.param(session["har"], session["cause"], id=session["name"]) for session in map(json.loads, file)]


@pytest.fixture
def derive(pendo_server, tmp_path):
    """Return a function that derives the document of a scenario from a HAR."""

    def derive_from(har):
        file = tmp_path / "case.har"
        file.write_text(json.dumps(har), "utf-8")
        inspection = ScenarioEmulator(pendo_server.url).inspect(har, "case.har")
        return derive_scenario(read_case(file), inspection, ())

    return derive_from


@pytest.fixture
def first_cause(pendo_server):
    """Return a function that runs the document of a scenario, and returns the first cause."""

    def run(document):
        scenario = parse_scenario(as_yaml(document).encode(), "case.yaml", "case")
        return run_scenario(scenario, pendo_server.url).inspection["causes"][0]["cause"]

    return run


@pytest.mark.parametrize(("har", "cause"), read_sessions())
def test_scenario_of_a_support_recording_shows_its_cause(har, cause, derive, first_cause):
    assert first_cause(derive(har)) == cause


@pytest.mark.parametrize("name", ["logout-without-clear-session", "server-track-wrong-secret", "csp-guides"])
def test_scenario_of_a_run_has_the_same_cause_and_faults(name, derive, pendo_server):
    original = find_scenario(name)
    document = derive(run_scenario(original, pendo_server.url).har)
    again = run_scenario(parse_scenario(as_yaml(document).encode(), "case.yaml", "case"), pendo_server.url)
    first = run_scenario(original, pendo_server.url)
    assert [cause["cause"] for cause in again.inspection["causes"]] == [
        cause["cause"] for cause in first.inspection["causes"]
    ]
    assert (again.scenario.clock, again.scenario.page.policy) == (original.clock, original.page.policy)


# Values that a sender can put anywhere.
ODD = st.sampled_from([
    None, True, 0, -1, 10**30, 1.5, "", " ", "null", "\ud800", "\x1b[31m", "a: b # c", "http://[", "javascript:0", [],
    {}, [[]], {"id": {}}, {"": {"a": [None]}}, "x" * 5_000,
])  # fmt: skip
PROPS = ODD | st.fixed_dictionaries(dict.fromkeys(("visitor", "account", "parentAccount"), ODD))
TYPES = st.sampled_from(["meta", "load", "track", "identify"])


@hypothesis.settings(max_examples=20, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
@hypothesis.given(st.lists(st.tuples(TYPES, ODD, ODD, PROPS, ODD)), ODD)
def test_scenario_of_any_recording_can_be_read(tmp_path, events, odd):
    session = Session().open().script()
    for kind, url, frame, props, name in events:
        members = {"url": url, "frameId": frame, "props": props, "track_event_name": name, "browser_time": odd}
        session.beacon([session.event(kind, **members)])
    har = session.har()
    har["log"]["entries"][0]["request"]["url"] = odd
    file = tmp_path / "case.har"
    file.write_text(json.dumps(har), "utf-8")
    document = derive_scenario(read_case(file), INSPECTION, ())
    assert parse_scenario(as_yaml(document).encode(), "case.yaml", "case").steps


def test_each_event_becomes_one_step_however_often_it_was_sent(derive):
    session = Session().open().script().meta()
    event = session.event("track", track_event_name="Order Placed", props={"total": 3})
    session.beacon([event], 503, track=True).beacon([event], 503, retry=1, track=True)
    steps = derive(session.har())["steps"]
    assert [step["pendo"][0] for step in steps if "pendo" in step] == ["initialize", "track"]


def test_unknown_things_are_named_as_possible(derive):
    session = Session().open().script().meta()
    session.beacon([session.event("click")]).guides(status=302).guides(status=302)
    document = derive(session.har())
    assert "1 event of the type click left out" in document["possible"]
    assert "guide.json is redirected; the scenario does not know the target" in document["possible"]
    assert document["faults"] == [{"endpoint": "guide.json", "status": 302}]


def test_a_part_of_bad_answers_becomes_a_fault_with_a_number(derive):
    session = Session().open().script().meta(503).meta(503).meta()
    assert derive(session.har())["faults"] == [{"endpoint": "ptm.gif", "status": 503, "times": 2}]
    mixed = Session().open().script().meta().meta(503).meta()
    assert "the order of good and bad answers for ptm.gif" in derive(mixed.har())["possible"]
