"""The options --baseline, --update-baseline and --waivers of check and exec, and the settings."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pendo_emulator.cli import main

BROKEN = str(Path(__file__).parents[3] / "fixtures/broken/requests.ndjson")
WAIVER = "- {rule: junk-id, owner: team, reason: known, expires: 2020-01-01}\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run_command(*words):
        result = CliRunner().invoke(main, list(words))
        return result.exit_code, result.output

    return run_command


def test_baseline_of_two_processes_equals_that_of_one(run, tmp_path):
    for jobs in ("1", "2"):
        code, _ = run("check", BROKEN, "--jobs", jobs, "--baseline", f"{jobs}.json", "--update-baseline")
        assert code == 0
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()
    code, output = run("check", BROKEN, "--baseline", "1.json")
    assert code == 0
    assert "known findings hidden by 1.json" in output
    assert "no new error, and" in output


def test_missing_baseline_is_wrong_usage(run):
    code, output = run("check", BROKEN, "--baseline", "none.json")
    assert code == 2
    assert "cannot read the baseline none.json" in output
    assert "--update-baseline writes a new one" in output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--update-baseline"], "--update-baseline needs --baseline FILE"),
        (["--update-baseline", "--baseline", "b.json", "--rule", "junk-id"], "needs a check of everything"),
    ],
)
def test_update_needs_a_file_and_all_rules(run, words, message):
    code, output = run("check", BROKEN, *words)
    assert code == 2
    assert message in output


def test_baseline_that_cannot_be_written_is_explained(run, tmp_path):
    code, output = run("check", BROKEN, "--update-baseline", "--baseline", str(tmp_path / "none/b.json"))
    assert code == 5
    assert "cannot write the baseline to" in output


def test_expired_waiver_fails_the_check(run, tmp_path):
    (tmp_path / "w.yml").write_text(WAIVER, "utf-8")
    run("check", BROKEN, "--baseline", "b.json", "--update-baseline")
    code, output = run("check", BROKEN, "--baseline", "b.json", "--waivers", "w.yml")
    assert code == 1
    assert "w.yml:1: the waiver for junk-id expired on 2020-01-01" in output
    assert "1 problem of the waivers" in output


def test_settings_name_the_files(run, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.pendo-emulator]\nbaseline = "b.json"\nwaivers = "w.yml"\n', "utf-8")
    (tmp_path / "w.yml").write_text("", "utf-8")
    assert run("check", BROKEN, "--update-baseline")[0] == 0
    code, output = run("check", BROKEN, "--json", "report.json")
    assert code == 0
    known = json.loads((tmp_path / "report.json").read_text("utf-8"))["known"]
    assert (known["baseline"], known["waivers"], known["waived"], known["problems"]) == ("b.json", "w.yml", [], [])
    assert sum(known["hidden"].values()) > 0
    (tmp_path / "pyproject.toml").write_text("[tool.pendo-emulator]\nbaseline = 3\n", "utf-8")
    code, output = run("check", BROKEN)
    assert code == 2
    assert "baseline must be the name of a file" in output


def test_failed_command_of_exec_writes_no_baseline(run, tmp_path):
    words = ("exec", "--baseline", "b.json", "--update-baseline", "--allow-empty", "--", sys.executable, "-c")
    code, output = run(*words, "raise SystemExit(3)")
    assert code == 3
    assert "b.json was not written" in output
    assert not (tmp_path / "b.json").exists()
