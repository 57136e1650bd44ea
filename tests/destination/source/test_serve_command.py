import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

import pytest
import requests
from click.testing import CliRunner

from pendo_destination.cli import main
from pendo_emulator.api_key_space import Space
from tests.end_signals import END_SIGNALS

COMMAND = Path(sys.executable).parent / "pendo-destination"
# No file may have more than 300 blocks of 1,024 bytes.
SMALL_FILES = ("bash", "-c", 'ulimit -f 300; exec "$@"', "bash")
TRACK = {"userId": "u1", "anonymousId": "a1", "event": "Signed Up"}


@pytest.fixture
def serve(tmp_path):
    """Return a function that starts the command on a free port and returns the process and its URL."""
    started = []

    def start(*words, wrapper=()):
        line = [*wrapper, COMMAND, "serve", "--port", "0", *words]
        env = {**os.environ, "TMPDIR": str(tmp_path)}
        with (tmp_path / "stderr").open("wb") as stderr:
            process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=tmp_path, env=env)
        started.append(process)
        for line in process.stdout:
            if url := re.search(r"Tracking API.* (http://\S+) for the write keys", line):
                return process, url[1]
        return process, None

    yield start
    for process in started:
        process.kill()
        process.communicate()


def stop(process, number=signal.SIGTERM):
    process.send_signal(number)
    return process.communicate(timeout=60)[0], process.returncode


def one_source(pendo):
    return "--write-key", "W", "--api-key", pendo.api_key, "--region", "eu", "--emulator", pendo.url


def send_events(url, sender, acknowledged):
    """Send events one by one until the server stops, and record the acknowledged ones."""
    with suppress(requests.RequestException):
        for number in range(1000):
            event = {"userId": f"u{sender}", "event": f"{sender}-{number}", "messageId": f"{sender}-{number}"}
            requests.post(f"{url}/v1/track", json=event, auth=("W", ""), timeout=30).raise_for_status()
            acknowledged.put(event["event"])


@pytest.fixture
def end_while_sending():
    """Return a function that ends a server used by 8 senders; it returns the acknowledged names and `end`'s result."""

    def run(url, end):
        acknowledged = SimpleQueue()
        with ThreadPoolExecutor(8) as pool:
            list(map(pool.submit, [send_events] * 8, [url] * 8, range(8), [acknowledged] * 8))
            names = {acknowledged.get(timeout=30) for _ in range(40)}
            ended = end()
        return names | {acknowledged.get() for _ in range(acknowledged.qsize())}, ended

    return run


def track_names(pendo):
    return [event.value["track_event_name"] for event in pendo.events(type="track")]


def test_sigterm_loses_no_acknowledged_event(serve, pendo, end_while_sending):
    process, url = serve(*one_source(pendo), "--idle", "60")
    acknowledged, (output, code) = end_while_sending(url, lambda: stop(process))
    names = track_names(pendo)
    assert (code, len(names)) == (0, len(set(names)))
    assert acknowledged <= set(names)
    assert re.search(r"W: \d+ events in, \d+ actions, 0 rejected, 0 undelivered", output)


@pytest.mark.parametrize(("idle", "max_copies"), [("0", 2), ("60", 1)], ids=["while it sends", "before it sends"])
def test_server_after_sigkill_delivers_acknowledged_events(serve, pendo, end_while_sending, idle, max_copies):
    words = (*one_source(pendo), "--idle", idle, "--journal", "journal.sqlite")
    process, url = serve(*words)

    def kill():
        pendo.wait(type="load" if idle == "60" else "track")
        return stop(process, signal.SIGKILL)

    acknowledged, _ = end_while_sending(url, kill)
    process, url = serve(*words)
    duplicates = [{"type": "track", "userId": "u", "event": name, "messageId": name} for name in acknowledged]
    requests.post(f"{url}/v1/batch", json={"batch": duplicates}, auth=("W", ""), timeout=30).raise_for_status()
    assert stop(process)[1] == 0
    copies = Counter(track_names(pendo))
    assert acknowledged <= set(copies)
    assert max(copies.values()) <= max_copies


def test_empty_temporary_journal_is_deleted(serve, pendo, tmp_path):
    process, url = serve(*one_source(pendo))
    requests.post(f"{url}/v1/track", json=TRACK, auth=("W", ""), timeout=30).raise_for_status()
    stop(process)
    assert list(tmp_path.glob("*/journal.sqlite")) == []


def test_serve_prints_the_journal_that_has_pending_events(serve, pendo, tmp_path):
    *words, _ = one_source(pendo)
    process, url = serve(*words, "http://127.0.0.1:9")
    requests.post(f"{url}/v1/track", json=TRACK, auth=("W", ""), timeout=30).raise_for_status()
    output, _ = stop(process)
    (journal,) = tmp_path.glob("*/journal.sqlite")
    assert re.search(rf"1 events? .* {journal}; --journal {journal} sends", output)


def test_full_disk_is_an_outage_without_traceback(serve, pendo, tmp_path):
    process, url = serve(*one_source(pendo), "--journal", "j", wrapper=SMALL_FILES)
    statuses, names = [], []
    for number in range(120):
        event = TRACK | {"event": str(number), "properties": {"filler": "x" * 20_000}}
        response = requests.post(f"{url}/v1/track", json=event, auth=("W", ""), timeout=30)
        statuses.append(response.status_code)
        names += [event["event"]] if response.ok else []
        assert response.ok or response.headers["Retry-After"] == "1"
    stop(process)
    assert set(statuses) == {200, 503}
    assert sorted(track_names(pendo)) == sorted(names)
    messages = (tmp_path / "stderr").read_text()
    assert "the journal cannot be written" in messages
    assert "Traceback" not in messages
    assert len(messages.splitlines()) < 40


def test_deleted_journal_is_an_outage(serve, pendo, tmp_path):
    process, url = serve(*one_source(pendo), "--journal", "j")
    assert requests.post(f"{url}/v1/track", json=TRACK, auth=("W", ""), timeout=30).ok
    (tmp_path / "j").unlink()
    for _ in range(20):
        assert requests.post(f"{url}/v1/track", json=TRACK, auth=("W", ""), timeout=30).status_code == 503
    stop(process)
    messages = (tmp_path / "stderr").read_text()
    assert messages.count("was deleted or replaced: start the server again") < 10
    assert "Error: the journal j was deleted or replaced" in messages


def test_status_page_of_a_reachable_server_needs_the_printed_token(serve, pendo):
    process, url = serve(*one_source(pendo), "--host", "0.0.0.0")
    printed = next(line for line in process.stdout if "/_source/status" in line)
    token = re.search(r"\(Authorization: (Bearer \S{30,})\)", printed)[1]
    for headers, status in (({}, 401), ({"Authorization": token}, 200)):
        assert requests.get(f"{url}/_source/status", headers=headers, timeout=30).status_code == status


@pytest.mark.parametrize("number", END_SIGNALS)
def test_signal_ends_the_server_with_a_summary(serve, pendo, number):
    process, _ = serve(*one_source(pendo))
    output, code = stop(process, number)
    assert (code, output.splitlines()[-1]) == (0, "W: 0 events in, 0 actions, 0 rejected, 0 undelivered")


def test_unusable_journal_file_is_a_usage_error(pendo, tmp_path):
    for file, reason in ((tmp_path, "is a directory"), (tmp_path / "no/j", "unable to open"), (__file__, "not a data")):
        done = CliRunner().invoke(main, ["serve", *one_source(pendo), "--journal", str(file)])
        assert (done.exit_code, reason in done.stderr) == (2, True), done.stderr


def test_each_source_has_its_own_settings(serve, pendo, tmp_path):
    other = Space.fresh(pendo.emulator)
    track = {"partnerAction": "track", "enabled": True, "subscribe": 'type = "track"', "name": "T",
             "mapping": {"event": {"@template": "renamed {{event}}"}}}  # fmt: skip
    sources = {"A": {"region": "us1"}, "B": {"apiKey": other.api_key, "subscriptions": [track]}}
    (tmp_path / "sources.json").write_text(json.dumps(sources))
    shared = ("--api-key", pendo.api_key, "--region", "jp", "--emulator", pendo.url)
    process, url = serve("--sources", "sources.json", *shared)
    for key in sources:
        requests.post(f"{url}/v1/track", json=TRACK, auth=(key, ""), timeout=30).raise_for_status()
    assert stop(process)[1] == 0
    assert [x.beacon.place.label for x in pendo.exchanges(type="track", name="Signed Up")] == ["us1"]
    assert [x.beacon.place.label for x in other.exchanges(type="track", name="renamed Signed Up")] == ["jp"]


def test_undelivered_events_are_reported_at_the_end(serve, pendo):
    *words, _ = one_source(pendo)
    process, url = serve(*words, "http://127.0.0.1:9")
    requests.post(f"{url}/v1/track", json=TRACK, auth=("W", ""), timeout=30).raise_for_status()
    output, code = stop(process)
    assert code == 1
    assert re.search("W: 1 events? in, 0 actions, 0 rejected, 1 undelivered", output)


@pytest.mark.parametrize(
    ("words", "sources", "message"),
    [
        ((), "", "give either --write-key or --sources"),
        (("--write-key", "W", "--sources", "sources.json"), "{}", "give either --write-key or --sources"),
        (("--sources", "sources.json"), "{}", "must contain at least one source"),
        (("--sources", "sources.json"), '{"W": 5}', "settings of source 'W' must be a JSON object"),
        (("--sources", "sources.json"), '{"W": {"apiKey": ""}}', "source W: the settings are invalid\n/apiKey"),
        (("--write-key", "W", "--region", "eu"), "", "apiKey"),
        (("--write-key", "W", "--idle", "-1"), "", "--idle"),
    ],
)
def test_usage_errors_are_explained(tmp_path, words, sources, message):
    file = tmp_path / "sources.json"
    file.write_text(sources)
    arguments = [word.replace("sources.json", str(file)) for word in words]
    done = CliRunner().invoke(main, ["serve", *arguments, "--emulator", "http://127.0.0.1:9"])
    assert done.exit_code == 2
    assert message in done.stderr


def test_port_in_use_is_explained(pendo):
    done = CliRunner().invoke(main, ["serve", *one_source(pendo), "--port", pendo.url.rpartition(":")[2]])
    assert done.exit_code == 1
    assert "choose another with --port" in done.stderr
