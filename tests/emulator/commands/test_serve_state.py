"""`serve --import`, `--export-on-exit`, `--clock` and `--seed`."""

import itertools
import json
import re
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import click
import pytest
import requests
from click.testing import CliRunner

from pendo_destination.cli import main as pendo_destination
from pendo_emulator.api_key_space import Space
from pendo_emulator.cli import main
from pendo_emulator.clock import RunSettings, stepping_clock
from pendo_emulator.commands._serving.serve_with_state import serve_with_state
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.server import Emulator
from pendo_emulator.state.export import export_state
from pendo_emulator.state.importing import import_state
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store
from tests.emulator.commands.conftest import COMMANDS
from tests.emulator.recorder.sample_requests import LOAD, beacon, record

START = 1794830400000
SEND = ("--region", "eu", "--api-key", "demo", "--clock", "2026-11-16T00:00:00Z", "--seed", "5")


@pytest.fixture
def serve_at(tmp_path):
    """Start `serve` and wait until it listens; return the process, its address and the lines printed before."""
    started = []

    def start(*options):
        command = [COMMANDS / "pendo-emulator", "serve", "--port", "0", "--log", "none", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
        started.append(process)
        lines = list(itertools.takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
        return process, re.search(r"http://[\d.:]+", "".join(lines))[0], lines

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def requests_in(folder):
    return [json.loads(line) for line in (folder / "requests.ndjson").read_text("utf-8").splitlines()]


def send_until_the_server_ends(url, key):
    """Send requests one after the other; return the numbers of those that were answered."""
    answered = []
    with requests.Session() as session, suppress(requests.RequestException):
        while session.get(f"{url}/data/guide.gif/{key}?n={len(answered)}", timeout=60):
            answered.append(len(answered))
    return answered


@pytest.mark.parametrize(("options", "number"), [((), signal.SIGINT), (("--workers", "2"), signal.SIGTERM)], ids=str)
def test_every_answered_request_is_in_the_exported_state(serve_at, tmp_path, options, number):
    process, url, _ = serve_at("--import", "state", "--export-on-exit", *options)
    with ThreadPoolExecutor(2) as pool:
        clients = [pool.submit(send_until_the_server_ends, url, f"k{client}") for client in range(2)]
        requests.get(f"{url}/_emulator/keys/k0/wait?count=10&timeout=60", timeout=90)
        process.send_signal(number)
        printed = process.communicate(timeout=120)[0]
        answered = {f"k{client}": set(done.result()) for client, done in enumerate(clients)}
    exported = requests_in(tmp_path / "state")
    assert (process.returncode, f"Exported {len(exported):,} requests to state." in printed) == (0, True)
    for key, numbers in answered.items():
        found = {int(one["url"].partition("?n=")[2]) for one in exported if f"/{key}?" in one["url"]}
        assert numbers <= found
    with closing(Store(tmp_path / "new.sqlite3")) as store:
        text = import_state(tmp_path / "state", store)
        assert text == f"Imported {len(exported):,} requests from {tmp_path / 'state'}."


def test_runs_with_the_same_clocks_and_seeds_export_the_same_bytes(tmp_path):
    events = tmp_path / "events.ndjson"
    context = {"page": {"url": "https://app.example/", "path": "/", "title": "Shop"}}
    events.write_text("".join(
        json.dumps({
            "type": kind, "anonymousId": f"a{number % 2}", "messageId": f"m{number}", "context": context,
            **({"timestamp": f"2026-11-16T00:00:{number:02}Z"} if number % 3 else {}),
            **({"userId": f"u{number % 2}", "traits": {"plan": "pro"}} if kind == "identify" else {"event": "Saved"}),
        }) + "\n"
        for number, kind in enumerate(["track", "track", "identify", "track", "track", "track"])
    ))  # fmt: skip
    exported = []
    for run in ("first", "second"):
        with Emulator(tmp_path / f"{run}.sqlite3", run=RunSettings(stepping_clock(START, 0.25), seed=7)) as emulator:
            Space(emulator, "demo").fault(endpoint="ptm.gif", status=500, body="gif", probability=0.5)
            done = CliRunner().invoke(pendo_destination, ["send", str(events), "--emulator", emulator.url, *SEND])
            assert done.exit_code == 0, done.output
            export_state(emulator.recorder.store, tmp_path / run)
        exported.append((tmp_path / run / "requests.ndjson").read_bytes())
    assert exported[0] == exported[1]
    lines = requests_in(tmp_path / "first")
    assert [line["received_at"] for line in lines] == [START + 250 * number for number in range(len(lines))]
    assert {line["fault"] for line in lines} == {"", "status=500 body=gif"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--import", "none"], "none does not exist: give a folder that --export-on-exit wrote"),
        (["--export-on-exit"], "--export-on-exit needs a folder: give one, or --import FOLDER"),
        (["--import", "file", "--export-on-exit"], "--export-on-exit needs a folder, because --import file is a file"),
        (["--export-on-exit", "file"], "cannot be written to file"),
        (["--export-on-exit", "."], "is a folder with other files"),
        (["--clock", "tomorrow"], "'tomorrow' is not a time with an offset: write 2026-01-02T03:04:05Z"),
        (["--clock", "2026-01-02T03:04:05"], "is not a time with an offset"),
        (["--clock", "1969-12-31T23:59:59Z"], "is before 1970"),
        (["--clock-step", "1"], "--clock-step needs --clock"),
        (["--clock", "2026-01-02T03:04:05Z", "--clock-step", "1", "--workers", "2"], "--clock-step needs one worker"),
    ],
)
def test_wrong_options_are_explained(tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x")
    done = CliRunner().invoke(main, ["serve", "--port", "0", *options])
    assert (done.exit_code, message in done.stderr) == (2, True), done.output
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_requests_that_cannot_be_exported_stay_in_the_store(tmp_path):
    used = []

    def serve(settings):
        used.append(settings["store"])
        with closing(Recorder(Store(settings["store"]))) as recorder:
            record(recorder, beacon(LOAD))
        (tmp_path / "state/store.sqlite3").mkdir()
        return 0

    settings = {"store": None, "durability": "normal", "cnames": ()}
    with pytest.raises(click.ClickException, match="the requests remain in the store ") as error:
        serve_with_state(None, tmp_path / "state", settings, serve)
    assert str(used[0]) in str(error.value)
    with closing(Store(used[0])) as store:
        assert store.reader.count(Query()) == 1
    shutil.rmtree(used[0].parent)


def test_temporary_store_is_deleted_after_the_export(tmp_path):
    used = []

    def serve(settings):
        used.append(settings["store"])
        return 3

    settings = {"store": None, "durability": "normal", "cnames": ()}
    assert serve_with_state(tmp_path / "state", tmp_path / "state", settings, serve) == 3
    assert serve_with_state(tmp_path / "state", None, settings, serve) == 3
    assert [store.parent.exists() for store in used] == [False, False]
