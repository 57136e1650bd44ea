"""The control API lists the findings about recorded exchanges."""

import pytest
import requests

from pendo_contracts.rules.rule_settings import RuleSettings
from pendo_emulator.server import Emulator
from tests.emulator.recorder.sample_requests import LOAD, TRACK, beacon, record


@pytest.fixture
def ask(pendo):
    def request(path, **parameters):
        return requests.get(f"{pendo.emulator.control_url}{path}", params=parameters, timeout=10)

    return request


@pytest.fixture
def findings(ask, pendo):
    """Return a function that lists the rules of the findings of the test's key."""

    def list_rules(**parameters):
        return [finding["rule"] for finding in ask(f"/keys/{pendo.api_key}/findings", **parameters).json()["findings"]]

    return list_rules


def test_findings_have_the_form_of_the_report(ask, pendo, send):
    send(visitor_id="null")
    answer = ask(f"/keys/{pendo.api_key}/findings").json()
    assert (answer["requests"], answer["further_findings"]) == (1, {})
    (finding,) = answer["findings"]
    assert (finding["rule"], finding["severity"], finding["count"]) == ("junk-id", "error", 1)
    assert finding["where"][0]["exchange"] == pendo.exchanges()[0].id


def test_findings_grow_with_the_traffic(findings, send):
    assert findings() == []
    send(visitor_id=" v1")
    assert findings() == ["id-whitespace"]
    send("data.eu.pendo.io", sequence=1, visitor_id=7)
    assert sorted(findings())[1:] == ["id-whitespace", "key-in-two-regions"]
    assert "#" in min(findings())


def test_findings_are_filtered(findings, send):
    send(visitor_id=" v1")
    send(visitor_id="null", sequence=1)
    assert findings(severity="error") == findings(rule="junk-id") == ["junk-id"]
    assert findings(severity="warning", rule="junk-id") == []
    assert findings(rule="events/load#/properties/visitor_id/type") == []


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"severity": "errors"}, "unknown severity 'errors': did you mean 'error'?"),
        ({"rule": "junkid"}, "unknown rule 'junkid': did you mean 'junk-id'?"),
        ({"severity": ["error", "note"]}, "the parameter 'severity' is repeated: give it once"),
        ({"sevrity": "error"}, "unknown parameter 'sevrity': did you mean 'severity'?"),
    ],
)
def test_unknown_filter_is_rejected(ask, pendo, parameters, message):
    answer = ask(f"/keys/{pendo.api_key}/findings", **parameters)
    assert (answer.status_code, answer.json()["title"]) == (400, message)
    assert answer.json()["filters"] == ["rule", "severity"]


def test_findings_of_all_keys_contain_those_of_each_key(ask, pendo, send):
    send(visitor_id="undefined")
    places = [place for finding in ask("/findings", rule="junk-id").json()["findings"] for place in finding["where"]]
    assert pendo.api_key in {place["api_key"] for place in places} or len(places) >= 20


def test_deleted_exchanges_have_no_findings(findings, pendo, send):
    send(visitor_id="null")
    assert findings() == ["junk-id"]
    pendo.clear()
    assert findings() == []


def test_index_lists_the_findings(ask):
    assert {"GET /_emulator/findings", "GET /_emulator/keys/<api_key>/findings"} <= set(ask("/").json())


@pytest.mark.parametrize(
    ("rule", "threshold"), [("track-property-name", "max_characters"), ("track-event-types", "max_names")]
)
def test_failed_rule_is_named_and_does_not_affect_other_keys(rule, threshold):
    settings = RuleSettings(thresholds={rule: {threshold: None}})
    with Emulator(rules=settings) as emulator:
        for api_key, event in (("broken", {**TRACK, "props": {"x": 1}}), ("sound", LOAD)):
            record(emulator.recorder, beacon(event, api_key=api_key))
        paths = ("/keys/broken/findings", "/findings", "/keys/sound/findings")
        failed, of_all, sound = (requests.get(f"{emulator.control_url}{path}", timeout=10) for path in paths)
    for answer in (failed, of_all):
        title = f"the rule {rule} failed on a request of the API key 'broken'"
        assert (answer.status_code, answer.json()["title"]) == (500, title)
    assert (sound.status_code, sound.json()["requests"]) == (200, 1)
