"""`send` and `explain` read events in every usual format, and name the format of other files."""

import gzip
import json
from pathlib import Path

import pytest

RECORDINGS = Path(__file__).parents[3] / "fixtures/recordings"
EVENT = {"type": "track", "event": "Ź 😀", "properties": {}, "anonymousId": "a", "timestamp": "2026-01-02T03:04:05Z"}
LINES = "\n".join(json.dumps(EVENT, ensure_ascii=False) for _ in range(3)) + "\n"


@pytest.fixture
def send(run, tmp_path):
    """Send the events of a file with this content, as a dry run."""

    def send_bytes(content, name="events"):
        (tmp_path / name).write_bytes(content)
        return run("send", "--dry-run", "--api-key", "k", "--region", "eu", name)

    return send_bytes


FORMS = {
    "lines": LINES.encode(),
    "blank lines": b"\n \n" + LINES.encode(),
    "byte order mark": LINES.encode("utf-8-sig"),
    "utf-16": LINES.encode("utf-16"),
    "utf-16 without mark": LINES.encode("utf-16-le"),
    "gzip": gzip.compress(LINES.encode()),
    "array": json.dumps([EVENT] * 3).encode(),
    "pretty array": json.dumps([EVENT] * 3, indent=2).encode(),
    "pretty array in utf-16": json.dumps([EVENT] * 3, indent=2).encode("utf-16"),
    "pretty events": "\n".join(json.dumps(EVENT, indent=2) for _ in range(3)).encode(),
    "windows lines": LINES.replace("\n", "\r\n").encode(),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_events_are_read_in_every_format(send, content):
    done = send(content)
    assert (done.returncode, "3 events in, 3 actions" in done.stdout) == (0, True), done.stdout + done.stderr


def test_events_are_read_from_stdin_for_every_target(run):
    words = ("send", "--dry-run", "--api-key", "k", "--region", "eu", "--region", "us1", "-")
    done = run(*words, stdin=LINES.encode())
    assert done.stdout.count("3 events in") == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{\n "apiKey": "k"\n}\n', "is JSON without Segment events: an event is an object with a `type`"),
        (b"[1, 2]", "is JSON without Segment events"),
        (b"[]", "is JSON without Segment events"),
        (b'{"log": {"entries": []}}', "is a recording of requests"),
        (b'{\n"log": {"entries": []}\n}', "is a recording of requests"),
        (b'{"method": "GET", "url": "https://data.pendo.io/"}\n', "is a recording of requests"),
        (b"SQLite format 3\0", "is a recording of requests"),
        (gzip.compress(LINES.encode())[:-20], "events is damaged"),
        (b"PK\x03\x04", "events is damaged"),
    ],
)
def test_error_names_the_format_of_other_files(send, content, message):
    done = send(content)
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr


def test_send_names_the_commands_that_accept_recordings(send):
    error = send((RECORDINGS / "case-00.kept.har").read_bytes()).stderr
    assert "`pendo-destination replay`" in error
    assert "`pendo-emulator check`" in error


def test_invalid_array_elements_are_rejected_with_their_position(send):
    done = send(json.dumps([EVENT, 5, EVENT]).encode())
    assert (done.returncode, "rejected events#1: not a Segment event" in done.stderr) == (1, True), done.stderr


def test_broken_lines_are_rejected_one_by_one(send):
    done = send(b"{\n[]\n" + LINES.encode())
    assert (done.returncode, done.stderr.count("rejected events:")) == (1, 2)


def test_member_proto_is_not_sent(run, tmp_path):
    (tmp_path / "e.json").write_text(json.dumps(EVENT | {"properties": {"__proto__": {"a": 1}, "b": 2}}))
    done = run("send", "--dry-run", "--api-key", "k", "--rejects", "r", "e.json")
    assert done.returncode == 0


@pytest.mark.parametrize("option", ["--ledger", "--rejects"])
def test_stdout_is_rejected_as_an_output_file(run, option, tmp_path):
    (tmp_path / "e.json").write_text(json.dumps(EVENT))
    done = run("send", "--dry-run", "--api-key", "k", option, "-", "e.json")
    assert (done.returncode, "`-` is not a file name" in done.stderr) == (2, True)
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_printed_json_is_valid_in_every_encoding(run, encoding, tmp_path):
    (tmp_path / "event.json").write_text(json.dumps(EVENT))
    plain = run("day", "--events", "400", "--seed", "3")
    encoded = run("day", "--events", "400", "--seed", "3", env={"PYTHONIOENCODING": f"{encoding}:strict"})
    assert list(map(json.loads, encoded.stdout.splitlines())) == list(map(json.loads, plain.stdout.splitlines()))
    assert run("explain", "event.json", env={"PYTHONIOENCODING": f"{encoding}:strict"}).returncode == 0
