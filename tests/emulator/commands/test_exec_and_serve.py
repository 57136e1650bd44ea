import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMANDS = Path(sys.executable).parent
SEND = "import os, requests; requests.get(os.environ['PENDO_EU_DATA_URL'] + {path!r}, timeout=5)"


@pytest.fixture
def run(tmp_path):
    def command(*arguments):
        return subprocess.run(
            [COMMANDS / "pendo-emulator", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
            env=os.environ | {"COLUMNS": "200"},
        )

    return command


def python(code):
    return ["--", sys.executable, "-c", code]


def test_exec_returns_the_exit_code_of_the_command(run):
    assert run("exec", *python("import sys; sys.exit(7)")).returncode == 7


def test_exec_returns_0_if_contracts_are_kept(run, beacon_path):
    done = run("exec", *python(SEND.format(path=beacon_path("k"))))
    assert (done.returncode, "KEPT 1 request, 1 event" in done.stdout) == (0, True)


def test_exec_returns_1_and_a_fix_if_contracts_are_broken(run, beacon_path):
    done = run("exec", "--json", "report.json", *python(SEND.format(path=beacon_path("k", visitor_id=7))))
    assert done.returncode == 1
    assert "fix    send string" in done.stdout


def test_exec_returns_4_if_nothing_arrived_unless_allowed(run):
    assert run("exec", *python("")).returncode == 4
    assert run("exec", "--allow-empty", *python("")).returncode == 0


def test_exec_names_a_command_it_cannot_run(run):
    done = run("exec", "--", "no-such-command")
    assert (done.returncode, "cannot run no-such-command" in done.stderr) == (2, True)


def test_exec_reports_lost_events(run, tmp_path):
    (tmp_path / "sent.json").write_text(json.dumps({"eu": {"track": 2}}))
    done = run("exec", "--sent", "sent.json", *python(""))
    assert (done.returncode, "2 events lost" in done.stdout) == (1, True)


def test_check_accepts_every_capture_of_the_real_agent(run):
    captures = sorted(str(file) for file in (ROOT / "fixtures/captures").glob("*.[nh]*"))
    done = run("check", "--only", "schemas", "--json", "report.json", *captures)
    assert done.returncode == 0, done.stdout
    assert "every contract kept" in done.stdout


def test_check_finds_every_broken_request(run, tmp_path):
    done = run("check", "--json", "report.json", str(ROOT / "fixtures/broken/requests.ndjson"))
    report = json.loads((tmp_path / "report.json").read_text())
    lines = (ROOT / "fixtures/broken/requests.ndjson").read_text().count("\n")
    assert (done.returncode, len({finding["where"] for finding in report["broken"]})) == (1, lines)


def test_check_rejects_a_file_that_is_not_a_recording(run, tmp_path):
    (tmp_path / "bad.ndjson").write_text("not json\n")
    done = run("check", "bad.ndjson")
    assert (done.returncode, "bad.ndjson:1: not JSON" in done.stderr) == (2, True)


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_check_names_unreadable_lines_and_fails_if_strict(run, tmp_path, options, code):
    request = (ROOT / "fixtures/captures/region-eu.ndjson").read_text().partition("\n")[0]
    (tmp_path / "partial.ndjson").write_text(f"{request}\nnot json\n")
    done = run("check", *options, "partial.ndjson")
    assert (done.returncode, "partial.ndjson:2: not JSON" in done.stdout) == (code, True)


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["check", "missing.ndjson"], 2, "does not exist"),
        (["check"], 2, "Missing argument"),
        (["serve", "--port", "99999"], 2, "not in the range"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_wrong_usage_is_explained(run, arguments, code, text):
    done = run(*arguments)
    assert (done.returncode, text in done.stderr) == (code, True)


def test_check_returns_4_for_an_empty_recording(run, tmp_path):
    (tmp_path / "empty.ndjson").write_text("")
    assert run("check", "empty.ndjson").returncode == 4
    assert run("check", "--allow-empty", "empty.ndjson").returncode == 0


def test_a_port_in_use_is_explained(run, pendo_server):
    done = run("serve", "--port", pendo_server.url.rpartition(":")[2])
    assert (done.returncode, "choose another with --port" in done.stderr) == (1, True)
