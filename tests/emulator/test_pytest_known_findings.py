"""The pytest options for a baseline and for waivers."""

import json
import subprocess
import sys

import pytest

TEST = """
import requests

def test_junk(pendo):
    requests.get(pendo.host_url("data.pendo.io") + "/data/ptm.gif/" + pendo.api_key + "?jzb=x", timeout=10)
    pendo.assert_kept()

def test_nothing(pendo):
    pass
"""
WAIVER = "- {{rule: {}, owner: team, reason: known, expires: {}}}\n"


@pytest.fixture
def run(tmp_path):
    (tmp_path / "test_known.py").write_text(TEST, "utf-8")

    def run_pytest(*options):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *options]
        done = subprocess.run([*command, "test_known.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    return run_pytest


def waive(tmp_path, output, expires="2999-12-31"):
    """Write a waiver for each rule of the failed test, and one that is unused."""
    rules = {
        line.split("rule ", 1)[1].strip() for line in output.splitlines() if line.startswith("E ") and "  rule " in line
    }
    names = [rule.replace("wire: ", "wire#") if rule.startswith("wire: ") else rule for rule in sorted(rules)]
    assert all(name.startswith("wire#") for name in names), names
    (tmp_path / "w.yml").write_text("".join(WAIVER.format(json.dumps(name), expires) for name in names), "utf-8")


@pytest.mark.parametrize("processes", [(), ("-n", "2")])
def test_waivers_hide_findings_and_unused_ones_fail_the_session(run, tmp_path, processes):
    code, output = run(*processes)
    assert code == 1
    waive(tmp_path, output)
    assert run(*processes, "--pendo-waivers", "w.yml")[0] == 0
    with (tmp_path / "w.yml").open("a") as file:
        file.write(WAIVER.format("id-twins", "2999-12-31"))
    code, output = run(*processes, "--pendo-waivers", "w.yml")
    assert (code, "the waiver for id-twins covers no finding" in output) == (1, True)
    (tmp_path / "pytest.ini").write_text("[pytest]\npendo_waivers = w.yml\n", "utf-8")
    assert run("-k", "junk")[0] == 0


def test_expired_waiver_fails_the_session_and_covers_nothing(run, tmp_path):
    waive(tmp_path, run()[1], "2020-01-01")
    code, output = run("--pendo-waivers", "w.yml")
    assert (code, "expired on 2020-01-01" in output) == (1, True)


def test_missing_baseline_is_explained(run):
    code, output = run("--pendo-baseline", "none.json")
    assert code != 0
    assert "cannot read the baseline" in output
