"""`check` reads files, folders, patterns and a running emulator, in several processes, and writes several reports."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import distributed
import pytest
import requests
from click.testing import CliRunner

from pendo_emulator.cli import main
from pendo_emulator.commands._shared.dask_cluster import dask_workers
from pendo_emulator.commands._shared.emulator_options import RunningEmulator, UnreachableError
from pendo_emulator.commands._shared.emulator_source import EmulatorSource
from pendo_emulator.server import Emulator

ROOT = Path(__file__).parents[3]
CAPTURE = (ROOT / "fixtures/captures/region-eu.ndjson").read_text("utf-8")
BROKEN = ("broken/requests.ndjson", "rules/id-twins/broken.ndjson", "rules/resent/broken.ndjson")
REQUEST = CAPTURE.partition("\n")[0]
COMMAND = Path(sys.executable).with_name("pendo-emulator")


@pytest.fixture
def captures(tmp_path):
    (tmp_path / "logs/deep").mkdir(parents=True)
    (tmp_path / "logs/a.ndjson").write_text(f"{REQUEST}\nnot json\n")
    (tmp_path / "logs/deep/b.jsonl").write_text(CAPTURE)
    (tmp_path / "logs/notes.txt").write_text("notes")


@pytest.mark.usefixtures("captures")
def test_verbose_names_each_file_of_a_folder_with_its_counts(run):
    done = run("check", "--only", "schemas", "--verbose", "logs")
    assert done.stdout.startswith("a.ndjson: 1 request, 0 broken, 1 unreadable\ndeep/b.jsonl: ")
    assert "unreadable a.ndjson:2: not JSON" in done.stdout
    assert "note 1 file of folders skipped" in done.stdout


@pytest.mark.usefixtures("captures")
def test_quoted_pattern_is_expanded(run):
    done = run("check", "--only", "schemas", "--quiet", "logs/**/*.jsonl")
    assert (done.returncode, done.stdout.count("\n"), done.stdout[:4]) == (0, 1, "KEPT")


def test_pattern_without_a_match_is_wrong_usage(run):
    done = run("check", "*.har")
    assert (done.returncode, "no file matches '*.har'" in done.stderr) == (2, True)


@pytest.mark.usefixtures("captures")
def test_number_of_processes_does_not_change_the_report(run, tmp_path):
    (tmp_path / "large.ndjson").write_text(CAPTURE * (4_000_000 // len(CAPTURE)))
    for jobs in ("1", "2"):
        run(
            "check", "large.ndjson", "logs", "--jobs", jobs, "--report", f"json:{jobs}.json", "--report", f"text:{jobs}"
        )
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert json.loads((tmp_path / "1.json").read_text())["requests"] > 1000


@pytest.mark.usefixtures("captures")
def test_number_of_processes_does_not_change_the_baseline(run, tmp_path):
    broken = "".join((ROOT / f"fixtures/{name}").read_text("utf-8") for name in BROKEN)
    (tmp_path / "large.ndjson").write_text(broken + CAPTURE * (4_000_000 // len(CAPTURE)) + broken)
    for jobs in ("1", "2"):
        run("check", "large.ndjson", "logs", "--jobs", jobs, "--baseline", f"{jobs}.json", "--update-baseline")
    first, second = ((tmp_path / f"{jobs}.json").read_bytes() for jobs in ("1", "2"))
    assert first == second
    assert first.count(b"\n") > len(BROKEN)


def test_report_goes_to_stdout_and_the_last_line_to_stderr(run, tmp_path):
    (tmp_path / "a.ndjson").write_text(REQUEST)
    done = run("check", "a.ndjson", "--quiet", "--report", "json:-", "--report", "text:a.txt")
    assert json.loads(done.stdout)["requests"] == 1
    assert (tmp_path / "a.txt").read_text().splitlines()[-1] == done.stderr.strip()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--report", "jsn:a"], "'jsn' is not one of the formats text, json"),
        (["--report", "report.json"], "write it like json:report.json"),
        (["--report", "text:-", "--json", "-"], "only one report can go to stdout"),
        (["--report", "json:a", "--report", "text:./a"], "two reports would be written to 'a'"),
        (["--report", f"json:{'x' * 5000}"], "File name too long"),
        (["--only", "schemas", "--rule", "region-mismatch"], "--only schemas uses no rules"),
        (["--rule", "region-mismach"], "did you mean region-mismatch?"),
        (["--api-key", "k"], "--api-key is for --emulator"),
        (["--emulator", "http://127.0.0.1:1"], "give files or --emulator, not both"),
        (["--jobs", "2", "--dask", "tcp://127.0.0.1:1"], "give one of them"),
    ],
)
def test_wrong_options_are_explained(run, tmp_path, options, text):
    (tmp_path / "a.ndjson").write_text(REQUEST)
    done = run("check", "a.ndjson", *options)
    assert (done.returncode, text in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("rule", ["region-mismatch", "double-delivery"])
def test_rule_option_selects_a_rule(run, tmp_path, rule):
    (tmp_path / "a.ndjson").write_text(CAPTURE.replace("data.eu.pendo.io", "data.pendo.io"))
    done = run("check", "a.ndjson", "--only", "rules", "--rule", rule, "--json", "report.json")
    found = {finding["rule"] for finding in json.loads((tmp_path / "report.json").read_text())["findings"]}
    assert (found <= {rule}, done.returncode in {0, 1}) == (True, True)


def test_requests_of_a_running_emulator_are_checked(run, tmp_path):
    with Emulator(store=f"sqlite:///{tmp_path}/store.db") as emulator:
        for key in ("one", "two", "two"):
            requests.get(f"{emulator.url}/_host/data.pendo.io/data/ptm.gif/{key}", timeout=30)
        one = run("check", "--emulator", emulator.url, "--api-key", "one", "--json", "one.json")
        run("check", "--emulator", emulator.url, "--json", "all.json")
    run("check", "store.db", "--json", "store.json")
    documents = [json.loads((tmp_path / f"{name}.json").read_text()) for name in ("one", "all", "store")]
    assert (one.returncode, [document["requests"] for document in documents]) == (1, [1, 3, 3])
    place, stored = (document["findings"][0]["where"][0] for document in documents[1:])
    assert (place["exchange"], place.get("file"), stored["exchange"], stored["file"]) == (1, None, 1, "store.db")


def test_server_that_is_no_emulator_is_exit_code_2(run):
    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        Thread(target=server.handle_request).start()
        done = run("check", "--emulator", f"http://127.0.0.1:{server.server_port}")
    assert (done.returncode, "is not pendo-emulator" in done.stderr) == (2, True)


EXCHANGE = {"id": 1, "method": "GET", "url": "https://data.pendo.io/data/ptm.gif/k", "headers": {}, "fault": ""}


@contextmanager
def answering(body, status=200):
    """Run a server that claims to be an emulator and answers every request for exchanges with `body`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            content = b"{}" if self.path == "/healthz" else body
            self.send_response(status if content is body else 200)
            self.send_header("X-Emulator", "1")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[" * 200_000,
        '{"exchanges": null, "next": null}',
        '{"exchanges": ["x"], "next": null}',
        '{"exchanges": [{}], "next": null}',
        '{"exchanges": []}',
        '{"exchanges": [], "next": 1}',
        '{"exchanges": [], "next": "1"}',
        json.dumps({"exchanges": [EXCHANGE | {"fault": ["x"]}], "next": None}),
        json.dumps({"exchanges": [EXCHANGE | {"id": "9" * 5000}], "next": None}),
        json.dumps({"exchanges": [EXCHANGE], "next": 1}),
        json.dumps({"exchanges": [EXCHANGE], "next": None}).replace("1", "9" * 5000, 1),
        json.dumps({"exchanges": [EXCHANGE | {"id": 2**70}], "next": None}),
        json.dumps({"exchanges": [{name: EXCHANGE[name] for name in ("id", "method", "url")}], "next": None}),
    ],
    ids=range(14),
)
def test_malformed_answer_of_an_emulator_is_exit_code_3(body):
    with answering(body.encode()) as url:
        done = CliRunner().invoke(main, ["check", "--emulator", url])
    assert (done.exit_code, done.stderr.count("\n")) == (3, 1), done.output
    assert "does not answer like pendo-emulator" in done.stderr


def test_size_of_an_answer_is_bounded():
    with answering(b" " * 2000) as url, pytest.raises(UnreachableError, match="larger than 1,000 bytes"):
        list(EmulatorSource(RunningEmulator(url), page_bytes=1000).parts((), 1000))


def test_large_page_is_read_in_smaller_pages():
    with Emulator() as emulator:
        for _ in range(10):
            requests.get(f"{emulator.url}/_host/data.pendo.io/data/ptm.gif/k", timeout=30)
        one = len(requests.get(f"{emulator.url}/_emulator/exchanges?limit=1", timeout=30).content)
        parts = list(EmulatorSource(RunningEmulator(emulator.url), page_bytes=one + 50).parts((), 1000))
    assert [len(list(part.entries())) for part in parts] == [1] * 10


@pytest.mark.parametrize(("status", "code"), [(401, 2), (500, 3)])
def test_title_of_an_error_answer_is_shown_without_control_characters(status, code):
    with answering(json.dumps({"title": "\x1b[31mX\nKEPT"}).encode(), status) as url:
        done = CliRunner().invoke(main, ["check", "--emulator", url])
    assert (done.exit_code, "\x1b" in done.stderr, r"\x1b[31mX\nKEPT" in done.stderr) == (code, False, True)


def test_requests_that_arrive_during_a_check_are_not_read():
    def send():
        requests.get(f"{emulator.url}/_host/data.pendo.io/data/ptm.gif/k", timeout=30)

    with Emulator() as emulator:
        for _ in range(5):
            send()
        read = 0
        for part in EmulatorSource(RunningEmulator(emulator.url), page=1).parts((), 1000):
            read += len(list(part.entries()))
            send()
    assert read == 5


def test_emulator_that_does_not_answer_is_exit_code_3(run):
    done = run("check", "--emulator", "http://127.0.0.1:1")
    assert (done.returncode, "no emulator answers" in done.stderr) == (3, True)


def test_cluster_that_does_not_answer_is_unreachable():
    workers = dask_workers("tcp://127.0.0.1:1", timeout=0.5)
    with pytest.raises(UnreachableError, match="no Dask scheduler answers"), workers.start():
        pass


def test_report_of_a_dask_cluster_is_that_of_one_process(run, tmp_path):
    (tmp_path / "a.ndjson").write_text(CAPTURE)
    with distributed.LocalCluster(2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
        run("check", "a.ndjson", "--dask", cluster.scheduler_address, "--json", "cluster.json")
    run("check", "a.ndjson", "--jobs", "1", "--json", "one.json")
    assert (tmp_path / "cluster.json").read_bytes() == (tmp_path / "one.json").read_bytes()


@pytest.mark.skipif(signal.getsignal(signal.SIGINT) == signal.SIG_IGN, reason="SIGINT is ignored here")
def test_ctrl_c_ends_a_check_quickly_and_without_a_traceback(tmp_path):
    (tmp_path / "small.ndjson").write_text(REQUEST)
    (tmp_path / "large.ndjson").write_text(CAPTURE * (8_000_000 // len(CAPTURE)))
    command = [COMMAND, "check", "small.ndjson", "large.ndjson", "--jobs", "2", "--verbose"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, start_new_session=True
    ) as process:
        assert process.stdout.readline().startswith("small.ndjson: 1 request")
        os.killpg(process.pid, signal.SIGINT)
        start = time.monotonic()
        output, errors = process.communicate()
    assert (process.returncode, "large.ndjson" in output, "Traceback" in errors) == (130, False, False)
    assert time.monotonic() - start < 30
