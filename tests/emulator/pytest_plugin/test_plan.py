"""The pytest plugin judges by a tracking plan."""

import json

import pytest

pytest_plugins = ["pytester"]

CODE = """
import requests

def test_event(pendo):
    event = {"type": "track", "event": "Signed Up", "visitorId": "u", "accountId": "a", "timestamp": 1795983963695,
             "properties": {}}
    url = f"{pendo.host_url('data.pendo.io')}/data/track"
    requests.post(url, json=event, headers={"x-pendo-integration-key": pendo.api_key}, timeout=30)
    rules = [group.first.rule_name for group in pendo.findings("error")]
    assert rules == ["plan:Signed Up#/required"], rules
"""
PLAN = json.dumps({"version": 1, "events": {"Signed Up": {"required": ["plan"]}}})


@pytest.mark.parametrize("given", ["option", "ini", "settings"])
def test_plan_is_an_option_an_ini_option_or_a_setting(pytester, run, given):
    (pytester.path / "plan.json").write_text(PLAN, "utf-8")
    if given == "ini":
        pytester.makeini("[pytest]\npendo_plan = plan.json\n")
    if given == "settings":
        pytester.makepyprojecttoml('[tool.pendo-emulator]\nplan = "plan.json"\n')
    options = ["-o", "pendo_check=off", *(["--pendo-plan", "plan.json"] if given == "option" else [])]
    run(CODE, *options).assert_outcomes(passed=1)


def test_wrong_plan_names_its_problems(pytester, run):
    (pytester.path / "plan.json").write_text('{"version": 1, "evnts": {}}', "utf-8")
    result = run(CODE, "--pendo-plan", "plan.json")
    assert result.ret
    assert "did you mean events?" in result.stdout.str() + result.stderr.str()
