import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pendo_emulator.commands._shared.emulator_start import print_summary
from pendo_emulator.observability.counters import Counters
from tests.end_signals import END_SIGNALS

ROOT = Path(__file__).parents[3]
COMMANDS = Path(sys.executable).parent
TRACK = {
    "type": "track", "track_event_name": "Exported", "visitor_id": "u1", "account_id": None,
    "browser_time": 1767323045678, "url": "https://app.example/", "props": {}, "parentTabId": None,
    "tabId": "QLNwO3VnijXxcKFX", "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW", "utm": {},
    "sequence": 1, "bytes": 320,
}  # fmt: skip
EVENT = {
    "type": "track", "event": "Exported", "userId": "u1", "properties": {}, "timestamp": "2026-01-02T03:04:05.678Z",
}  # fmt: skip
BY_WEBHOOK = f"requests.post(os.environ['PENDO_EU_DATA_URL'] + '/data/segmentio/k', json={EVENT!r}, timeout=5)"
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


@pytest.fixture
def serve(tmp_path):
    """Start `serve`, wait until it listens, and return the process."""
    started = []

    def start(*options, prefix=()):
        command = [*prefix, COMMANDS / "pendo-emulator", "serve", "--port", "0", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
        started.append(process)
        while "Ctrl-C" not in process.stdout.readline():
            pass
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def last_line(text):
    return text.splitlines()[-1]


def python(code):
    return ["--", sys.executable, "-c", code]


def test_exec_returns_the_exit_code_of_the_command(run):
    assert run("exec", *python("import sys; sys.exit(7)")).returncode == 7


def test_exec_prints_which_program_the_exit_code_is_from(run, beacon_path, tmp_path):
    def ended(*arguments):
        done = run("exec", "--json", "report.json", *arguments)
        outcome = json.loads((tmp_path / "report.json").read_text())["outcome"]
        assert done.returncode == outcome["exit_code"]
        return last_line(done.stdout), (outcome["owner"], outcome["exit_code"], outcome["command_exit_code"])

    broken = SEND.format(path=beacon_path("k", visitor_id=7))
    line, outcome = ended(*python(f"{broken}; import sys; sys.exit(1)"))
    assert (line.startswith("FAILED exit code 1 is the command's"), outcome) == (True, ("command", 1, 1))
    line, outcome = ended(*python(broken))
    assert (line.startswith("BROKEN 1 request"), outcome) == (True, ("pendo-emulator", 1, 0))
    assert line.endswith("(exit code 1 is pendo-emulator's, the command's is 0)")
    line, outcome = ended(*python(""))
    assert (line.startswith("NOTHING RECEIVED "), outcome) == (True, ("pendo-emulator", 4, 0))


def test_exec_judges_only_its_own_run(run, beacon_path):
    broken, kept = (SEND.format(path=beacon_path("k", visitor_id=visitor)) for visitor in (7, "v"))
    assert run("exec", "--store", "x.sqlite3", *python(broken)).returncode == 1
    again = run("exec", "--store", "x.sqlite3", *python(kept))
    assert (again.returncode, last_line(again.stdout)) == (0, "KEPT 1 request, 1 event: every contract kept")
    assert run("exec", "--store", "x.sqlite3", *python("")).returncode == 4
    assert run("check", "x.sqlite3").returncode == 1


@pytest.mark.parametrize(("options", "code", "word"), [([], 0, "KEPT"), (["--strict"], 1, "STRICT")])
def test_exec_fails_for_warnings_if_strict(run, beacon_path, options, code, word):
    by_agent = SEND.format(path=beacon_path("k", **TRACK))
    done = run("exec", *options, *python(f"{by_agent}; {BY_WEBHOOK}"))
    assert (done.returncode, last_line(done.stdout).split()[0]) == (code, word), done.stdout


def test_exec_leaves_the_options_of_the_command_alone(run):
    done = run("exec", "--allow-empty", sys.executable, "-c", "import sys; print(sys.argv)", "--json", "-h", "-V")
    assert (done.returncode, "['-c', '--json', '-h', '-V']" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "which the command must write"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not of the form"),
        ('{"eu": 1}', "is not of the form"),
        ('{"eu": {"track": "2"}}', "is not of the form"),
    ],
)
def test_unusable_file_of_sent_events_fails_the_run(run, tmp_path, text, problem):
    if text is not None:
        (tmp_path / "sent.json").write_text(text)
    done = run("exec", "--allow-empty", "--sent", "sent.json", *python(""))
    assert (done.returncode, last_line(done.stdout).startswith("UNREADABLE")) == (2, True)
    assert problem in last_line(done.stdout)


def test_exec_that_cannot_start_is_not_a_broken_contract(run, tmp_path):
    (tmp_path / "text").write_text("not a database")
    for options in (["--store", "text"], ["--ca-dir", "/proc/none"]):
        done = run("exec", *options, *python(""))
        assert (done.returncode, done.stderr.count("Error: ")) == (2, 1)


@pytest.mark.parametrize("options", [[], ["--workers", "2"]])
@pytest.mark.parametrize("number", END_SIGNALS)
def test_serve_ends_on_a_signal_with_a_summary(serve, options, number):
    process = serve(*options)
    process.send_signal(number)
    text = process.communicate(timeout=60)[0]
    assert (process.returncode, text) == (0, "Stopped after 0 requests: 0 good, 0 broken.\n")


@pytest.mark.parametrize("options", [[], ["--workers", "2"]])
def test_serve_under_nohup_continues_after_sighup(serve, options):
    process = serve(*options, prefix=["nohup"])
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    process.terminate()
    assert process.wait(timeout=60) == 0


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


def test_exec_error_contains_the_command_that_cannot_run(run):
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
def test_check_lists_unreadable_lines_and_fails_if_strict(run, tmp_path, options, code):
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


def test_summary_counts_requests_that_are_not_judged(capsys):
    counters = Counters()
    for verdict in ("good", "bad", "not-judged"):
        counters.add(verdict)
    print_summary(counters)
    assert capsys.readouterr().out == "Stopped after 3 requests: 1 good, 1 broken, 1 not judged.\n"


@pytest.mark.parametrize(
    ("host", "problem"),
    [
        ("192.0.2.1", "192.0.2.1 is not an address of this machine: choose another --host"),
        ("no.such.invalid", "no.such.invalid has no known address: choose another --host"),
    ],
)
def test_host_that_is_not_this_machine_is_explained(run, host, problem):
    done = run("serve", "--port", "0", "--host", host)
    assert (done.returncode, done.stderr) == (1, f"Error: cannot listen on {host}:0: {problem}\n")


def test_port_in_use_is_explained(run, pendo_server):
    done = run("serve", "--port", pendo_server.url.rpartition(":")[2])
    assert (done.returncode, "choose another with --port" in done.stderr) == (1, True)
