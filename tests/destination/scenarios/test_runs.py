"""Each scenario shows its symptom and its findings, and an inspection names its cause."""

import json
from dataclasses import replace

import pytest
import requests

from pendo_contracts.scenarios.scenario import Expectation, Step
from pendo_destination.errors import UnreachableError
from pendo_destination.scenarios.library import find_scenario, scenario_names
from pendo_destination.scenarios.running.emulator import EmulatorRefusedError
from pendo_destination.scenarios.running.run_scenario import run_scenario


@pytest.mark.parametrize("name", scenario_names())
def test_scenario_shows_symptom_findings_and_cause(name, pendo_server):
    assert run_scenario(find_scenario(name), pendo_server.url).differences == ()


def test_two_runs_record_the_same_traffic(pendo_server):
    scenario = find_scenario("region-down")
    texts = []
    for _ in range(2):
        run = run_scenario(scenario, pendo_server.url)
        texts.append(json.dumps(run.har).replace(run.inspection["facts"]["apiKey"], "KEY"))
        assert len(run.har["log"]["entries"]) > 5
    assert texts[0] == texts[1]


def test_traffic_and_faults_are_deleted_after_the_run(pendo_server):
    run = run_scenario(find_scenario("region-down"), pendo_server.url)
    key = f"{pendo_server.control_url}/keys/{run.inspection['facts']['apiKey']}"
    assert requests.get(f"{key}/counts", timeout=10).json() == []
    assert requests.get(f"{key}/faults", timeout=10).json() == []


@pytest.mark.parametrize(
    ("expect", "difference"),
    [
        (Expectation("csp-blocked-data"), "cause: adblock-beacons (proved), not csp-blocked-data (proved)"),
        (Expectation("adblock-beacons", "likely"), "cause: adblock-beacons (proved), not adblock-beacons (likely)"),
        (Expectation("junk-id", "possible"), "cause: junk-id is not among the possible causes (none)"),
        (Expectation("adblock-beacons", findings=("junk-id",)), "findings: junk-id is missing"),
        (Expectation("adblock-beacons"), "findings: not-received, resent are not expected"),
        (Expectation("adblock-beacons", facts={"accounts": []}), 'symptom/accounts: ["a-1"], not []'),
        (Expectation("adblock-beacons", facts={"visitors": ["x"]}), 'symptom/visitors: "x" is not in ["u-1"]'),
        (Expectation("adblock-beacons", facts={"requests": {"blocked": "none"}}), "symptom/requests/blocked: "),
        (Expectation("adblock-beacons", facts={"nothing": 1}), "symptom/nothing: null, not 1"),
    ],
)
def test_every_wrong_expectation_is_a_difference(expect, difference, pendo_server):
    scenario = replace(find_scenario("adblock-beacons"), expect=expect)
    assert any(shown.startswith(difference) for shown in run_scenario(scenario, pendo_server.url).differences)


def test_emulator_that_does_not_answer_is_an_error():
    with pytest.raises(UnreachableError, match=r"no answer from http://127\.0\.0\.1:1"):
        run_scenario(find_scenario("region-down"), "http://127.0.0.1:1")


def test_settings_that_the_emulator_refuses_are_an_error(pendo_server):
    scenario = replace(find_scenario("region-down"), faults=({"status": 9},))
    with pytest.raises(EmulatorRefusedError, match="is answered 400"):
        run_scenario(scenario, pendo_server.url)


VISITORS = [{"source": {"visitors": None}}]


@pytest.mark.parametrize(
    ("step", "difference"),
    [
        ({"path": "/api/v1/page", "expect": {"status": 404}}, "step 1: status 200 "),
        ({"path": "/api/v1/page", "expect": {"text": "no"}}, 'step 1: "[]", not "no"'),
        ({"path": "/api/v1/page", "expect": {"json": [{"id": "x"}]}}, 'step 1: {"id": "x"} is not in []'),
        (
            {"path": "/api/v1/no", "key": "none", "expect": {"status": 403, "json": {}}},
            "step 1: the answer is not JSON",
        ),
        ({"pipeline": VISITORS, "expect": {"rows": [{"visitorId": "u-1"}]}}, "step 1: 0 rows [], not 1"),
        (
            {"pipeline": [*VISITORS, {"count": None}], "expect": {"rows": [{"count": 1}]}},
            "step 1, row 1/count: 0, not 1",
        ),
    ],
)
def test_every_wrong_answer_of_the_api_is_a_difference(step, difference, pendo_server):
    scenario = replace(find_scenario("engage-wrong-key"), steps=(Step("engage", step),))
    assert run_scenario(scenario, pendo_server.url).differences[0].startswith(difference)


def test_integration_keys_are_not_in_the_recording(pendo_server):
    har = run_scenario(find_scenario("engage-read-only-key"), pendo_server.url).har
    entries = [entry["request"] for entry in har["log"]["entries"] if "/api/v1/" in entry["request"]["url"]]
    values = [header["value"] for one in entries for header in one["headers"] if "integration-key" in header["name"]]
    assert values == ["(hidden)"] * 3
