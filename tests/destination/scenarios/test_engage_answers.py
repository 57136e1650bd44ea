"""Answers of the Engage API: each difference from what a step expects is named, whatever the answer is."""

import json

import pytest
import yaml

from pendo_contracts.scenarios.reading import parse_scenario
from pendo_destination.scenarios.running.engage_steps import answer_differences

TEXTS = {"title": "t", "symptom": "s", "why": "w", "see": "s", "fix": "f", "expect": {"cause": "healthy"}}
URL = "https://app.pendo.io/api/v1/page"


def differences_from(expect, answer):
    scenario = TEXTS | {"steps": [{"engage": {"path": "/api/v1/page", "expect": expect}}]}
    response = {"status": 200, "content": {"text": answer}}
    har = {"log": {"entries": [{"request": {"url": URL}, "response": response}]}}
    return list(answer_differences(parse_scenario(yaml.safe_dump(scenario).encode(), "case.yaml", "case"), har))


@pytest.mark.parametrize("answer", [[], {}, {"results": None}, 1])
def test_answer_without_rows_is_a_difference(answer):
    (difference,) = differences_from({"rows": []}, json.dumps(answer))
    assert difference.startswith("step 1: the answer has no rows: ")


def test_equal_rows_are_no_difference():
    assert differences_from({"rows": [{"id": 1}]}, '{"results": [{"id": 1, "name": "x"}]}') == []
    assert differences_from({"rows": [{"id": 1}]}, '{"results": []}') == ["step 1: 0 rows [], not 1"]
