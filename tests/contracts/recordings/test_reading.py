import json

from pendo_contracts.recordings.reading import read_recording

LINE = {"method": "GET", "url": "https://data.pendo.io/data/guide.gif/k", "headers": {"Host": "data.pendo.io"},
        "body": "", "received_at": 7}  # fmt: skip


def har(*urls):
    entries = [
        {"startedDateTime": "2026-01-02T03:04:05.678Z", "request": {"method": "GET", "url": url, "headers": []}}
        for url in urls
    ]
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def test_each_ndjson_line_is_an_envelope(tmp_path):
    (tmp_path / "a.ndjson").write_text(json.dumps(LINE) + "\n\n")
    (entry,) = read_recording(tmp_path / "a.ndjson")
    assert (entry.where, entry.envelope.headers, entry.envelope.received_at) == (
        "a.ndjson:1",
        {"host": "data.pendo.io"},
        7,
    )


def test_unreadable_line_is_reported_and_reading_continues(tmp_path):
    lines = ["{", "[]", "{}", '{"method":"GET","url":"http://[x"}', json.dumps(LINE)]
    (tmp_path / "a.ndjson").write_text("\n".join(lines))
    entries = list(read_recording(tmp_path / "a.ndjson"))
    assert [bool(entry.envelope) for entry in entries] == [False, False, False, False, True]
    assert all("not a recorded request" in entry.problem for entry in entries[:4])


def test_binary_body_is_base64(tmp_path):
    (tmp_path / "a.ndjson").write_text(json.dumps(LINE | {"body_base64": "/wA="}))
    assert next(read_recording(tmp_path / "a.ndjson")).envelope.body == b"\xff\x00"


def test_only_pendo_entries_of_a_har_are_read(tmp_path):
    urls = ["https://app.eu.pendo.io/x", "https://my.example/x", "https://other.example/x",
            "https://other.example/agent/static/k/pendo.js"]  # fmt: skip
    (tmp_path / "a.har").write_text(har(*urls))
    taken = [entry.envelope.url for entry in read_recording(tmp_path / "a.har", ["my.example"])]
    assert taken == [urls[0], urls[1], urls[3]]


def test_file_that_is_not_a_har_is_reported(tmp_path):
    (tmp_path / "a.har").write_text("{}")
    assert [entry.problem for entry in read_recording(tmp_path / "a.har")] == ["not a HAR 1.2 file: it has no 'log'"]
