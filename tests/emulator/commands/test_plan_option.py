"""A tracking plan is given to commands as an option or as a setting; a wrong one ends them with 2 and its places."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pendo_emulator.cli import main

FIXTURES = Path(__file__).parents[3] / "fixtures"
CAPTURE = FIXTURES / "captures/region-us.ndjson"
PLAN = FIXTURES / "plans/plan.json"
WRONG = {"version": 1, "events": {"A": {"typ": 1}, "B": {"$ref": "#"}}}
CALL = """
import json, os, urllib.request
event = {"type": "track", "event": "Signed Up", "visitorId": "u", "accountId": "a", "timestamp": 1795983963695,
         "properties": {}}
request = urllib.request.Request("https://data.pendo.io/data/track", json.dumps(event).encode(),
    {"content-type": "application/json", "x-pendo-integration-key": "k"})
urllib.request.urlopen(request, timeout=10).read()
"""
STRICT = {"version": 1, "events": {"Signed Up": {"required": ["plan"]}}}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def rules(*arguments):
    """Return the rules of the plan's findings of a check."""
    done = run("check", CAPTURE, "--jobs", "1", "--json", "-", *arguments)
    return {one["rule"] for one in json.loads(done.stdout)["findings"] if one["rule"].startswith("plan")}


def test_check_uses_the_plan_of_the_option_or_of_the_settings(folder):
    assert rules() == set()
    assert rules("--plan", PLAN) == {"plan-unplanned-event", "plan-unplanned-property"}
    shutil.copy(PLAN, folder / "plan.json")
    (folder / "pyproject.toml").write_text('[tool.pendo-emulator]\nplan = "plan.json"\n', "utf-8")
    assert rules() == {"plan-unplanned-event", "plan-unplanned-property"}


def test_errors_of_the_plan_fail_the_check(folder):
    assert run("check", CAPTURE, "--jobs", "1").exit_code == 0
    assert run("check", CAPTURE, "--jobs", "1", "--plan", PLAN).exit_code == 1
    (folder / "open.json").write_text('{"version": 1, "unplanned_events": "allowed"}', "utf-8")
    assert run("check", CAPTURE, "--jobs", "1", "--plan", "open.json").exit_code == 0


@pytest.mark.parametrize("command", [("check", CAPTURE), ("serve",), ("exec",)])
def test_wrong_plan_ends_a_command_with_all_its_problems(folder, command):
    (folder / "wrong.json").write_text(json.dumps(WRONG), "utf-8")
    name, *arguments = command
    done = run(name, "--plan", "wrong.json", *arguments, *(["true"] if name == "exec" else []))
    assert done.exit_code == 2
    assert "wrong.json: /events/A/typ" in done.stderr
    assert "wrong.json: /events/B: circular $ref" in done.stderr


def test_exec_judges_the_requests_of_its_command_by_the_plan(folder):
    (folder / "strict.json").write_text(json.dumps(STRICT), "utf-8")
    report = folder / "report.json"
    done = subprocess.run(
        [Path(sys.executable).with_name("pendo-emulator"), "exec", "--plan", "strict.json", "--json", report,
         "--ca-dir", "ca", "--", sys.executable, "-c", CALL],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    findings = json.loads(report.read_text("utf-8"))["findings"]
    assert "plan:Signed Up#/required" in {finding["rule"] for finding in findings}
