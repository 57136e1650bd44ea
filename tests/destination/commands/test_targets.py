"""Requests go only to the target on the command line; without a target no request is sent; loopback needs no proxy."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pendo_contracts.wire.envelope import Envelope
from pendo_destination.transport.http_transport import HttpTransport

FIXTURES = Path(__file__).parents[3] / "fixtures"
BIN = Path(sys.executable).parent
NOWHERE = "http://127.0.0.1:9"
EVENT = {"type": "track", "event": "E", "properties": {}, "anonymousId": "a", "timestamp": "2026-01-02T03:04:05Z"}
COMMANDS = {
    "send": ("send", "events.ndjson", "--api-key", "k", "--region", "eu"),
    "replay": ("replay", str(FIXTURES / "captures/region-eu.ndjson")),
    "serve": ("serve", "--write-key", "W", "--api-key", "k", "--port", "0"),
}


@pytest.fixture(autouse=True)
def events(tmp_path, monkeypatch):
    monkeypatch.delenv("PENDO_EMULATOR_URL", raising=False)
    (tmp_path / "events.ndjson").write_text(json.dumps(EVENT))


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_command_without_a_target_prints_the_target_options(run, words):
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    for advice in ("--emulator URL", "pendo-emulator exec --", "--live"):
        assert advice in done.stderr


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_live_cannot_be_combined_with_an_emulator(run, words):
    by_option = run(*words, "--live", "--emulator", NOWHERE)
    by_variable = run(*words, "--live", env=os.environ | {"PENDO_EMULATOR_URL": NOWHERE})
    assert (by_option.returncode, "--emulator to an emulator: give one" in by_option.stderr) == (2, True)
    assert (by_variable.returncode, "PENDO_EMULATOR_URL names an emulator" in by_variable.stderr) == (2, True)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("localhost:8080", "is not a URL: write it like http://127.0.0.1:8080"),
        ("127.0.0.1:8080", "is not a URL"),
        ("http://", "is not a URL"),
        ("ftp://127.0.0.1", "is not a URL"),
        ("http://127.0.0.1:99999", "is not a URL"),
        ("https://data.pendo.io", "is a real host of Pendo: use --live"),
    ],
)
def test_unusable_emulator_url_is_explained(run, url, message):
    done = run(*COMMANDS["send"], "--emulator", url)
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("by_variable", [True, False])
def test_first_line_names_the_emulator(run, pendo, by_variable):
    words, env = ((), {"PENDO_EMULATOR_URL": pendo.url}) if by_variable else (("--emulator", pendo.url), {})
    for name in ("send", "replay"):
        done = run(*COMMANDS[name], *words, env=os.environ | env)
        assert done.stdout.splitlines()[0] == f"Requests go to the emulator at {pendo.url}"
        assert done.returncode == 0, done.stderr


def test_first_line_says_that_a_dry_run_sends_nothing(run):
    done = run(*COMMANDS["send"], "--dry-run")
    assert (done.returncode, "dry run" in done.stdout.splitlines()[0].lower()) == (0, True)


def test_live_run_names_the_real_hosts_and_uses_the_proxy(run, web_server):
    proxy, seen = web_server(502)
    variables = {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "NO_PROXY": "", "no_proxy": ""}
    env = os.environ | variables | {name.lower(): value for name, value in variables.items()}
    done = run(*COMMANDS["send"], "--live", env=env)
    assert done.stdout.splitlines()[0] == "Requests go to Pendo's real hosts."
    assert seen[0] == "CONNECT cdn.eu.pendo.io:443"
    assert done.returncode == 3


@pytest.mark.parametrize("name", ["send", "replay"])
def test_unreachable_emulator_gives_one_line_and_exit_code_3(run, name):
    done = run(*COMMANDS[name], "--emulator", NOWHERE)
    message = f"no emulator answers at {NOWHERE} (connection refused): start one with `pendo-emulator serve`"
    assert (done.returncode, done.stderr) == (3, f"Error: {message}\n")


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_other_server_is_rejected_before_anything_is_sent(run, web_server, words):
    url, seen = web_server(200)
    done = run(*words, "--emulator", url)
    assert (done.returncode, url in done.stderr, "pendo-emulator" in done.stderr) == (2, True, True), done.stderr
    assert seen == ["GET /healthz"]


def test_commands_send_loopback_traffic_without_a_proxy(run, pendo, web_server):
    proxy, seen = web_server(502)
    environment = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        environment |= {name: proxy, name.lower(): proxy}
    for name in ("send", "replay"):
        assert run(*COMMANDS[name], "--emulator", pendo.url, env=environment).returncode == 0
    for action in (("list",), ("add", "--status", "503"), ("clear",)):
        words = [BIN / "pendo-emulator", "fault", *action, "--url", pendo.url, "--key", pendo.api_key]
        assert subprocess.run(words, env=environment, capture_output=True, check=False).returncode == 0
    assert seen == []


def test_python_api_sends_loopback_traffic_without_a_proxy(pendo, web_server, beacon_path, monkeypatch):
    proxy, seen = web_server(502)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with HttpTransport(pendo.url) as transport:
        envelope = Envelope("GET", f"https://data.pendo.io{beacon_path(pendo.api_key)}", {}, b"", 0)
        assert "x-emulator-exchange" in transport(envelope).headers
    assert seen == []
