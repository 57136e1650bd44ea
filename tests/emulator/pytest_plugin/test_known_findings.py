"""The pytest options for a baseline and for waivers."""

import pytest

pytest_plugins = ["pytester"]

CODE = """
import requests

def test_junk(pendo):
    requests.get(pendo.host_url("data.pendo.io") + "/data/ptm.gif/" + pendo.api_key + "?jzb=x", timeout=10)
    pendo.assert_kept()

def test_nothing(pendo):
    pass
"""
RULE = "wire#length"
WAIVER = "- {{rule: {}, owner: team, reason: known, expires: {}}}\n"


@pytest.fixture
def waive(pytester):
    """Return a function that writes waivers and names their file in the ini file."""
    pytester.makeini("[pytest]\npendo_waivers = w.yml\n")

    def write(*rules, expires="2999-12-31"):
        (pytester.path / "w.yml").write_text("".join(WAIVER.format(rule, expires) for rule in rules), "utf-8")

    return write


def read_problems(result):
    return [line.partition(": ")[2] for line in result.outlines if "w.yml:" in line]


def test_waivers_hide_findings(run, waive):
    waive(RULE)
    result = run(CODE, "--pendo-waivers", "w.yml")
    assert (result.parseoutcomes(), result.ret, read_problems(result)) == ({"passed": 2}, pytest.ExitCode.OK, [])


def test_unused_waivers_fail_only_a_complete_session(run, waive):
    waive(RULE, "id-twins")
    result = run(CODE)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    (problem,) = read_problems(result)
    assert "the waiver for id-twins covers no finding" in problem
    assert run(CODE, "-k", "junk").ret == pytest.ExitCode.OK


def test_waivers_that_another_process_used_are_not_unused(pytester, waive, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    waive(RULE, "id-twins")
    pytester.makepyfile(CODE)
    result = pytester.runpytest_subprocess("-p", "xdist", "-p", "pendo_emulator.pytest_plugin", "-n", "2")
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    (problem,) = read_problems(result)
    assert "the waiver for id-twins covers no finding" in problem


def test_expired_waiver_fails_the_session_and_covers_nothing(run, waive):
    waive(RULE, expires="2020-01-01")
    result = run(CODE)
    result.assert_outcomes(passed=1, failed=1)
    assert any("expired on 2020-01-01" in problem for problem in read_problems(result))


def test_missing_baseline_is_explained(run):
    result = run(CODE, "--pendo-baseline", "none.json")
    assert result.ret != pytest.ExitCode.OK
    assert "cannot read the baseline" in result.stdout.str()
