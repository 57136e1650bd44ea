"""Reports of check and exec: several formats, --quiet, and progress at a terminal only."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

CAPTURE = Path(__file__).parents[3] / "fixtures/captures/region-eu.ndjson"
COMMAND = Path(sys.executable).with_name("pendo-emulator")
CLEAR_LINE = b"\x1b[K"


def test_exec_writes_reports_in_several_formats(run, tmp_path):
    reports = ("--report", "json:deep/report.json", "--report", "text:report.txt")
    done = run("exec", "--allow-empty", "--quiet", *reports, "--", sys.executable, "-c", "")
    outcome = json.loads((tmp_path / "deep/report.json").read_text())["outcome"]
    assert (done.returncode, outcome["owner"], outcome["command_exit_code"]) == (0, "pendo-emulator", 0)
    assert done.stdout == (tmp_path / "report.txt").read_text()
    assert done.stdout == f"{outcome['word']} {outcome['text']}\n"


def test_every_report_is_written_even_if_the_first_cannot_be(run, tmp_path):
    (tmp_path / "file").write_text("")
    done = run("check", str(CAPTURE), "--report", "json:file/report.json", "--report", "text:report.txt")
    assert (done.returncode, "cannot write the report to file/report.json" in done.stderr) == (5, True)
    assert (tmp_path / "report.txt").read_text() == done.stdout


@pytest.mark.parametrize(("options", "shown"), [([], True), (["--quiet"], False)])
def test_progress_is_shown_only_at_a_terminal_and_unless_quiet(options, shown):
    controller, terminal = pty.openpty()
    command = [COMMAND, "check", CAPTURE, "--only", "schemas", *options]
    environment = os.environ | {"TERM": "xterm"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal, env=environment) as process:
        os.close(terminal)
        output = b""
        try:
            while block := os.read(controller, 4096):
                output += block
        except OSError:
            pass  # Linux reports the end of a terminal as an error
        text = process.stdout.read()
    os.close(controller)
    assert (process.returncode, CLEAR_LINE in output, CLEAR_LINE in text) == (0, shown, False)
    assert text.splitlines()[-1].startswith(b"KEPT")


def test_no_progress_is_shown_in_a_pipe(run):
    done = run("check", str(CAPTURE), "--only", "schemas")
    assert (done.returncode, done.stderr) == (0, "")


BROKEN = CAPTURE.parents[1] / "broken/requests.ndjson"
ALL = ("text", "json", "junit", "sarif", "markdown", "html", "github", "github-summary")


@pytest.mark.parametrize("command", ["check", "exec"])
def test_all_formats_are_written_in_one_run(run, tmp_path, command):
    options = [option for name in ALL for option in ("--report", f"{name}:reports/{name}")]
    rest = [str(BROKEN)] if command == "check" else ["--", sys.executable, "-c", ""]
    done = run(command, *options, *rest)
    assert done.returncode == (1 if command == "check" else 4), done.stderr
    assert {file.name for file in (tmp_path / "reports").iterdir() if file.stat().st_size} == set(ALL)


@pytest.mark.parametrize("option", ["--github", None])
def test_github_actions_gets_redacted_annotations_and_a_summary(tmp_path, option):
    folder = tmp_path / "recordings"
    folder.mkdir()
    (folder / "a.ndjson").write_bytes(BROKEN.read_bytes())
    (tmp_path / "summary.md").write_text("# Before\n")
    environment = os.environ | {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    environment |= {} if option else {"GITHUB_ACTIONS": "true"}
    command = [COMMAND, "check", "recordings/a.ndjson", "--quiet", "--report", "json:r.json", *filter(None, [option])]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    summary = (tmp_path / "summary.md").read_text()
    assert done.stdout.startswith("::error file=recordings/a.ndjson,line=1,")
    assert done.stdout.splitlines()[-1].startswith("BROKEN")
    assert summary.startswith("# Before\n## ")
    document = json.loads((tmp_path / "r.json").read_text())
    visitors = {place["visitor_id"] for finding in document["findings"] for place in finding["where"]} - {""}
    assert visitors
    assert not [visitor for visitor in visitors if visitor in summary or visitor in done.stdout]


def test_no_github_switches_annotations_off(tmp_path):
    environment = os.environ | {"GITHUB_ACTIONS": "true"}
    command = [COMMAND, "check", CAPTURE, "--quiet", "--no-github"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("KEPT")


def test_redact_key_gives_the_same_pseudonyms_in_every_run(run, tmp_path):
    for number in (1, 2):
        run("check", str(BROKEN), "--redact", "--redact-key", "secret", "--report", f"json:{number}.json")
    assert (tmp_path / "1.json").read_text() == (tmp_path / "2.json").read_text()
    run("check", str(BROKEN), "--report", "json:plain.json")
    assert (tmp_path / "plain.json").read_text() != (tmp_path / "1.json").read_text()
