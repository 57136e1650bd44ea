"""`tail`, `show` and `open` with a running emulator."""

import json
import signal
import subprocess
import threading
from itertools import islice

import pytest
import requests
from click.testing import CliRunner

from pendo_emulator.cli import main
from pendo_emulator.commands._live.event_source_reader import Message, messages_of
from pendo_emulator.commands._live.follow import follow_events
from pendo_emulator.commands._shared.emulator_options import RunningEmulator
from pendo_emulator.server import Emulator
from tests.emulator.commands.conftest import COMMANDS
from tests.end_signals import unless_ignored

HOSTILE = "\x1b[31mred\u202e\x9b\n<b>"


@pytest.fixture
def invoke(pendo):
    """Return a function that runs a command against the test's emulator."""

    def run(*arguments, **variables):
        environment = {"PENDO_EMULATOR_URL": pendo.url, "NO_COLOR": "", "FORCE_COLOR": None} | variables
        return CliRunner().invoke(main, [str(one) for one in arguments], env=environment, standalone_mode=False)

    return run


def test_tail_prints_one_line_an_event(invoke, pendo, send):
    send(visitor_id="v1")
    send("data.eu.pendo.io", visitor_id="v2", sequence="x")
    lines = invoke("tail", "--no-follow", "--api-key", pendo.api_key).output.splitlines()
    assert [line.split()[1:4] for line in lines] == [["kept", "load", "io"], ["broken", "load", "eu"]]
    (line,) = invoke("tail", "--no-follow", "--api-key", pendo.api_key, "visitor:v1", "is:kept").output.splitlines()
    assert "visitor=v1" in line


def test_tail_escapes_what_senders_choose(invoke, pendo, send):
    send(visitor_id=HOSTILE)
    for options in ((), ("--json",)):
        shown = invoke("tail", "--no-follow", "--api-key", pendo.api_key, *options, FORCE_COLOR="0").output
        assert "\x1b" not in shown
        assert len(shown.splitlines()) == 1
    assert json.loads(shown)["visitor"] == HOSTILE
    assert invoke("show", pendo.api_key, FORCE_COLOR="0").output.replace("\n", "").isprintable()


def test_tail_uses_colours_if_they_are_forced(invoke, pendo, send):
    send()
    assert "\x1b[32mkept" in invoke("tail", "--no-follow", "--api-key", pendo.api_key, FORCE_COLOR="1").output


def test_tail_follows_a_restarted_emulator_without_loss(tmp_path, beacon_path):
    store, seen = tmp_path / "x.sqlite3", []
    first = Emulator(store).start()
    port = first.port

    def send(emulator):
        requests.get(emulator.host_url("data.pendo.io") + beacon_path("k"), timeout=30)

    send(first)
    events = follow_events(RunningEmulator(first.url), "k", "", 10, sleep=lambda _: None)
    seen += [event["id"] for event in islice(events, 1)]
    reading = threading.Thread(target=lambda: seen.extend(event["id"] for event in islice(events, 2)))
    reading.start()
    send(first)
    first.stop()
    with Emulator(store, port=port) as second:
        send(second)
        reading.join(20)
        events.close()
    assert seen == ["1.0", "2.0", "3.0"]


@pytest.mark.parametrize("number", [unless_ignored(signal.SIGINT)])
def test_tail_ends_at_ctrl_c_with_exit_code_0(pendo, send, number):
    command = [COMMANDS / "pendo-emulator", "tail", "--emulator", pendo.url, "--api-key", pendo.api_key, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        send()
        assert json.loads(process.stdout.readline())["type"] == "load"
        process.send_signal(number)
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["tail", "vistor:1"], 2, "'visitor'"),
        (["tail", "--emulator", "http://127.0.0.1:1"], 3, "pendo-emulator serve"),
        (["show", "--emulator", "nothing"], 2, "not a URL"),
        (["open", "--emulator", "https://app.pendo.io"], 2, "real host"),
    ],
)
def test_wrong_usage_and_no_emulator_have_their_exit_codes(invoke, arguments, code, text):
    error = invoke(*arguments).exception
    assert error.exit_code == code
    assert text in error.format_message()


def test_show_counts_events_and_lists_findings_and_the_last_events(invoke, pendo, send):
    send(visitor_id="v1")
    send(visitor_id="null", sequence="x")
    text = invoke("show", pendo.api_key, "-q", "visitor:v1").output
    assert "2 requests" in text
    assert "1 kept, 1 broken" in text
    assert "junk-id" in text
    assert [line.split()[1] for line in text.partition("last events:")[2].splitlines() if line] == ["kept"]
    document = json.loads(invoke("show", pendo.api_key, "--json").output)
    assert (document["requests"], len(document["events"])) == (2, 2)


def test_show_without_a_key_lists_all_keys(invoke, pendo, send):
    send()
    assert pendo.api_key in invoke("show").output


def test_open_prints_the_address_of_the_console(invoke, pendo):
    printed = invoke("open", "--print-only", "a key", "-q", 'name:"Signed Up"').output
    assert printed == f"{pendo.url}/?key=a%20key&q=name%3A%22Signed%20Up%22\n"


def test_reader_of_server_sent_events_keeps_positions_and_drops_a_cut_message():
    lines = ["retry: 1", "id: 3", "", "id: 4.0", "data: {}", "", ": keep-alive", "id: 9", "", "data: cut"]
    assert list(messages_of(lines)) == [Message("3", ""), Message("4.0", "{}"), Message("9", "")]
