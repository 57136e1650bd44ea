"""`pendo-emulator check` as a process: exit codes and output."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def test_check_accepts_every_capture_of_the_real_agent(run):
    captures = sorted(str(file) for file in (ROOT / "fixtures/captures").glob("*.[nh]*"))
    done = run("check", "--only", "schemas", "--json", "report.json", *captures)
    assert done.returncode == 0, done.stdout
    assert "every contract kept" in done.stdout


def test_check_finds_every_broken_request(run, tmp_path):
    done = run("check", "--json", "report.json", str(ROOT / "fixtures/broken/requests.ndjson"))
    report = json.loads((tmp_path / "report.json").read_text())
    lines = (ROOT / "fixtures/broken/requests.ndjson").read_text().count("\n")
    broken = [finding for finding in report["findings"] if "#" in finding["rule"]]
    assert (done.returncode, len({place["line"] for finding in broken for place in finding["where"]})) == (1, lines)


def test_check_rejects_a_file_that_is_not_a_recording(run, tmp_path):
    (tmp_path / "bad.ndjson").write_text("not json\n")
    done = run("check", "bad.ndjson")
    assert (done.returncode, "bad.ndjson:1: not JSON" in done.stderr) == (2, True)


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_check_lists_unreadable_lines_and_fails_if_strict(run, tmp_path, options, code):
    request = (ROOT / "fixtures/captures/region-eu.ndjson").read_text().partition("\n")[0]
    (tmp_path / "partial.ndjson").write_text(f"{request}\nnot json\n")
    done = run("check", *options, "partial.ndjson")
    assert (done.returncode, "partial.ndjson:2: not JSON" in done.stdout) == (code, True)


def test_check_returns_4_for_an_empty_recording(run, tmp_path):
    (tmp_path / "empty.ndjson").write_text("")
    assert run("check", "empty.ndjson").returncode == 4
    assert run("check", "--allow-empty", "empty.ndjson").returncode == 0
