import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMAND = Path(sys.executable).parent / "pendo-emulator"
CAPTURE = ROOT / "fixtures/captures/region-eu.ndjson"
EVENTS = [
    '{"type": "track", "event": "A", "userId": "u"}',
    '[{"type": "track", "event": "A", "userId": "u"}]',
    '{\n "type": "track",\n "event": "A", "userId": "u"}',
]
HELP = ["", "serve", "exec", "check", "hosts", "fault", "fault add", "fault list", "fault clear", "ca", "ca env"]


@pytest.fixture
def check(tmp_path):
    """Run `check` with a JSON report through a shell; `redirection` sets the destination of its output."""

    def run(*arguments, redirection="", **environment):
        without = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
        return subprocess.run(
            ["sh", "-c", f'"$0" check "$@" {redirection}', COMMAND, *arguments],
            cwd=tmp_path,
            env=without | environment,
            capture_output=True,
            check=False,
        )

    return run


def last_line(output):
    return output.splitlines()[-1]


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp437", "cp1252", "latin-1"])
def test_report_is_printed_in_every_encoding(check, encoding):
    done = check(CAPTURE, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert last_line(done.stdout.decode(encoding)).startswith("KEPT ")


def test_environment_turns_colour_off_and_on(check):
    assert b"\x1b[" not in check(CAPTURE).stdout
    assert b"\x1b[" in check(CAPTURE, FORCE_COLOR="1").stdout
    assert b"\x1b[" not in check(CAPTURE, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_lines_are_not_wrapped_in_a_pipe(check, tmp_path):
    (tmp_path / "long.ndjson").write_text(
        json.dumps({"method": "GET", "url": f"https://data.pendo.io/data/{'x' * 200}/k"}) + "\n"
    )
    lines = check("long.ndjson", COLUMNS="40").stdout.decode().splitlines()
    assert any(len(line) > 200 for line in lines)


@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
def test_json_report_is_written_if_printing_the_text_fails(check, tmp_path, redirection):
    done = check("--json", "report.json", CAPTURE, redirection=redirection)
    assert (done.returncode, done.stderr.count(b"\n")) == (5, 1)
    assert b"Error: cannot write the output: " in done.stderr
    assert json.loads((tmp_path / "report.json").read_text())["outcome"]["word"] == "KEPT"


def test_text_is_printed_if_writing_the_json_report_fails(check):
    done = check("--json", "/dev/full", CAPTURE)
    assert done.returncode == 5
    assert last_line(done.stdout).startswith(b"KEPT ")
    assert done.stderr == b"Error: cannot write the report to /dev/full: No space left on device\n"


def test_dash_writes_json_to_stdout_and_the_text_to_stderr(check):
    done = check("--json", "-", CAPTURE)
    assert json.loads(done.stdout)["outcome"]["exit_code"] == done.returncode == 0
    assert last_line(done.stderr).startswith(b"KEPT ")


@pytest.mark.parametrize("events", EVENTS)
def test_segment_events_are_recognized(check, tmp_path, events):
    (tmp_path / "events.json").write_text(events)
    done = check("events.json")
    assert (done.returncode, b"pendo-destination send" in last_line(done.stderr)) == (2, True)


def test_given_cname_needs_no_note(check, tmp_path):
    line = CAPTURE.read_text().splitlines()[0].replace("data.eu.pendo.io", "data.customer.example")
    (tmp_path / "cname.ndjson").write_text(line.replace("cdn.eu.pendo.io", "content.customer.example"))
    assert b"CNAME" in check("cname.ndjson").stdout
    assert b"CNAME" not in check("--cname", "content.customer.example", "cname.ndjson").stdout
    assert b"a CNAME is a host name like" in check("--cname", "https://a.example", "cname.ndjson").stderr


@pytest.mark.parametrize("command", HELP)
def test_help_and_version_have_short_options(command):
    for option, shown in (("-h", "Usage: pendo-emulator"), ("-V", "pendo-emulator, version")):
        done = subprocess.run([COMMAND, *command.split(), option], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout.startswith(shown)) == (0, True)
