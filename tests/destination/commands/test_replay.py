"""`replay` reads every format of recordings, skips entries that it cannot send, and checks that an emulator answers."""

import gzip
import json
from pathlib import Path

import pytest

RECORDINGS = Path(__file__).parents[3] / "fixtures/recordings"
CAPTURE = Path(__file__).parents[3] / "fixtures/captures/region-eu.ndjson"


@pytest.fixture
def replay(run, pendo):
    def replay_files(*files, **options):
        done = run("replay", *files, "--emulator", pendo.url, **options)
        return done.returncode, done.stdout.splitlines()[-1], done.stderr

    return replay_files


def test_recordings_are_read_in_every_format(replay, tmp_path):
    text = CAPTURE.read_bytes()
    (tmp_path / "capture.gz").write_bytes(gzip.compress(text))
    (tmp_path / "utf16.ndjson").write_bytes(text.decode().encode("utf-16"))
    expected = (0, f"{len(text.splitlines())} requests replayed", "")
    assert replay(CAPTURE) == replay("capture.gz") == replay("utf16.ndjson") == replay("-", stdin=text) == expected


@pytest.mark.parametrize(
    ("name", "code", "summary"),
    [
        ("case-00.kept.har", 0, "2 requests replayed"),
        ("case-02.har", 0, "1 request replayed, 1 skipped (1 incomplete)"),
        ("case-02.rec-without-body.har", 4, "0 requests replayed, 1 skipped (1 incomplete)"),
        ("case-07.blocked-devtools.har", 4, "0 requests replayed, 2 skipped (2 never received)"),
        ("case-05.url-null.har", 4, "0 requests replayed"),
        ("case-12.recording-utf16.ndjson", 0, "2 requests replayed"),
    ],
)
def test_entries_without_a_complete_request_are_skipped_and_counted(replay, name, code, summary):
    assert replay(RECORDINGS / name)[:2] == (code, summary)


def test_unreadable_lines_are_skipped_with_their_position(replay, tmp_path):
    line = CAPTURE.read_text().splitlines()[0]
    header = json.loads(line) | {"headers": {"x": "line\nbreak"}}
    (tmp_path / "mixed.ndjson").write_text("\n".join(['{"url": 5}', line, "{", json.dumps(header)]))
    code, summary, error = replay("mixed.ndjson")
    assert (code, summary) == (0, "1 request replayed, 3 skipped (3 unreadable)")
    assert [part.split(": ")[1] for part in error.splitlines()] == [
        "mixed.ndjson:1",
        "mixed.ndjson:3",
        "mixed.ndjson:4",
    ]


def test_file_that_is_not_a_recording_is_a_usage_error(run, pendo, tmp_path):
    (tmp_path / "text").write_text("hello\n")
    done = run("replay", "text", "--emulator", pendo.url)
    assert (done.returncode, "is not a recording" in done.stderr) == (2, True)


def test_pseudo_headers_of_http2_are_not_sent(replay, pendo, beacon_path, tmp_path):
    headers = {":authority": "data.eu.pendo.io", ":method": "GET", "accept": "*/*"}
    entry = {"method": "GET", "url": f"https://data.eu.pendo.io{beacon_path(pendo.api_key)}", "headers": headers}
    (tmp_path / "h2.ndjson").write_text(json.dumps(entry))
    assert replay("h2.ndjson")[:2] == (0, "1 request replayed")
    (exchange,) = pendo.exchanges()
    assert exchange.envelope.headers["host"] == "data.eu.pendo.io"
    assert not [name for name in exchange.envelope.headers if name.startswith(":")]


def test_answers_from_other_servers_are_counted_and_fail_the_command(run, web_server):
    url, seen = web_server(200, {"/healthz": {"x-emulator": "pendo-emulator"}})
    done = run("replay", RECORDINGS / "case-00.kept.har", "--emulator", url)
    assert (done.returncode, len(seen)) == (1, 3)
    assert done.stdout.splitlines()[-1] == "2 requests replayed, 2 answers not from an emulator"
    assert done.stderr.startswith("not from an emulator: case-00.kept.har#0 was answered with 200\n")
