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
HIDE_CURSOR = b"\x1b[?25l"


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
    assert (process.returncode, HIDE_CURSOR in output, HIDE_CURSOR in text) == (0, shown, False)
    assert text.splitlines()[-1].startswith(b"KEPT")


def test_no_progress_is_shown_in_a_pipe(run):
    done = run("check", str(CAPTURE), "--only", "schemas")
    assert (done.returncode, done.stderr) == (0, "")
