import json
import sys

import pytest

from tests.emulator.track_event import EVENT, TRACK

BY_WEBHOOK = f"requests.post(os.environ['PENDO_EU_DATA_URL'] + '/data/segmentio/k', json={EVENT!r}, timeout=30)"
SEND = "import os, requests; requests.get(os.environ['PENDO_EU_DATA_URL'] + {path!r}, timeout=30)"


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
