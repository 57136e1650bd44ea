import gzip
import json
import subprocess
import sys
import zipfile

import pytest

from pendo_contracts.recordings import RecordingError, read_recording

URL = "https://data.pendo.io/data/ptm.gif/k"

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
    assert all(entry.problem for entry in entries[:4])


def test_binary_body_is_base64(tmp_path):
    (tmp_path / "a.ndjson").write_text(json.dumps(LINE | {"body_base64": "/wA="}))
    assert next(read_recording(tmp_path / "a.ndjson")).envelope.body == b"\xff\x00"


def test_only_pendo_entries_of_a_har_are_read(tmp_path):
    urls = ["https://app.eu.pendo.io/x", "https://my.example/x", "https://other.example/x",
            "https://other.example/agent/static/k/pendo.js"]  # fmt: skip
    (tmp_path / "a.har").write_text(har(*urls))
    taken = [entry.envelope.url for entry in read_recording(tmp_path / "a.har", ["my.example"])]
    assert taken == [urls[0], urls[1], urls[3]]


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n", b"hello\nworld\n", b'{"a": 1}', b'{\n "log": {\n', b"[1, 2]", b"[" * 100_000]
)
def test_file_that_is_not_a_recording_is_an_error(tmp_path, content):
    (tmp_path / "a.har").write_bytes(content)
    with pytest.raises(RecordingError):
        list(read_recording(tmp_path / "a.har"))


def test_empty_file_has_no_entries(tmp_path):
    (tmp_path / "a.har").write_bytes(b"\n")
    assert list(read_recording(tmp_path / "a.har")) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("text", [json.dumps(LINE), har(LINE["url"]), json.dumps([LINE]), json.dumps(LINE, indent=1)])
def test_format_of_a_recording_is_recognized_by_its_content(tmp_path, encoding, pack, text):
    (tmp_path / "recording").write_bytes(pack(text.encode(encoding)))
    (entry,) = read_recording(tmp_path / "recording")
    assert (entry.envelope.url, entry.problem) == (LINE["url"], "")


def test_standard_input_is_read():
    code = "from pendo_contracts import read_recording; print([e.where for e in read_recording('-')])"
    done = subprocess.run(
        [sys.executable, "-c", code], input=har(LINE["url"]).encode(), capture_output=True, check=True
    )
    assert done.stdout == b"['stdin#0']\n"


def post(**request):
    return {
        "startedDateTime": "2026-01-02T03:04:05.678Z",
        "request": {"method": "POST", "url": URL, "headers": [], **request},
        "response": {"status": 200},
    }


def read_entries(tmp_path, *entries):
    (tmp_path / "a.har").write_text(json.dumps({"log": {"entries": entries}}))
    return list(read_recording(tmp_path / "a.har"))


@pytest.mark.parametrize("name", ["body.json", "deep/body.json"])
def test_body_file_next_to_the_har_is_read(tmp_path, name):
    (tmp_path / "deep").mkdir()
    (tmp_path / name).write_bytes(b"{}")
    (entry,) = read_entries(tmp_path, post(postData={"_file": name}))
    assert (entry.envelope.body, entry.not_judged) == (b"{}", "")


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "link", "missing"])
def test_body_file_outside_the_folder_is_not_read(tmp_path, name):
    folder = tmp_path / "recording"
    folder.mkdir()
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    (entry,) = read_entries(folder, post(postData={"_file": name}))
    assert (entry.envelope.body, bool(entry.not_judged)) == (b"", True)


def test_bodies_in_the_same_archive_are_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("body.json", "{}")
        archive.writestr("har.har", json.dumps({"log": {"entries": [post(postData={"_file": "body.json"})]}}))
    (entry,) = read_recording(tmp_path / "a.zip")
    assert entry.envelope.body == b"{}"


@pytest.mark.parametrize(
    ("params", "body"),
    [
        ([{"name": '{"events":"e"}', "value": ""}], b'{"events":"e"}'),
        ([{"name": '{"a":"b', "value": 'c"}'}], b'{"a":"b=c"}'),
        ([{"name": '{"a":"b'}, {"name": 'c"}'}], b'{"a":"b&c"}'),
    ],
)
def test_body_split_into_form_fields_is_joined(tmp_path, params, body):
    (entry,) = read_entries(tmp_path, post(postData={"mimeType": "text/plain", "params": params}))
    assert entry.envelope.body == body


@pytest.mark.parametrize(
    "request_",
    [
        {"bodySize": 5},
        {"headers": [{"name": "Content-Length", "value": "5"}]},
        {"bodySize": 5, "postData": {"mimeType": "application/octet-stream", "text": "", "params": []}},
        {"postData": {"mimeType": "application/octet-stream", "text": "x\ufffd"}},
        {"headers": [{"name": "content-length", "value": "5"}], "postData": {"text": "{}"}},
        {"postData": {"encoding": "base64", "text": "@"}},
        {"postData": {"encoding": "base64", "text": "\ufffd"}},
    ],
)
def test_reason_of_a_missing_body_is_reported(tmp_path, request_):
    (entry,) = read_entries(tmp_path, post(**request_))
    assert entry.not_judged


@pytest.mark.parametrize(
    ("response", "status", "reason"),
    [
        ({"status": 0, "_error": "net::ERR_BLOCKED_BY_CLIENT"}, 0, "net::ERR_BLOCKED_BY_CLIENT"),
        ({"status": -1, "_failureText": "net::ERR_FAILED"}, 0, "net::ERR_FAILED"),
        ({"status": 0, "_error": ""}, 0, "no answer was recorded"),
        ({"status": 503}, 503, ""),
        ({"status": "200"}, None, ""),
        (None, None, ""),
    ],
)
def test_har_entry_gives_the_status_or_why_it_is_missing(tmp_path, response, status, reason):
    (entry,) = read_entries(tmp_path, post() | {"response": response})
    assert (entry.status, entry.not_received) == (status, reason)


@pytest.mark.parametrize("started", [None, "", "yesterday", 17, -1, 1e300, {}, "9999-99-99T00:00:00Z"])
def test_entry_with_an_invalid_time_is_read(tmp_path, started):
    (entry,) = read_entries(tmp_path, post() | {"startedDateTime": started})
    assert entry.envelope is not None


@pytest.mark.parametrize(
    "entry", [None, 1, [], {}, {"request": None}, {"request": {"url": None}}, post(method="CONNECT")]
)
def test_other_entries_are_skipped(tmp_path, entry):
    assert read_entries(tmp_path, entry) == []


@pytest.mark.parametrize(
    "broken", [{"method": None}, {"method": []}, {"url": "https://data.pendo.io:x[/data/ptm.gif/k"}]
)
def test_malformed_pendo_entries_have_a_problem_and_reading_continues(tmp_path, broken):
    first, second = read_entries(tmp_path, post(**broken), post())
    assert (first.envelope, bool(first.problem), second.problem) == (None, True, "")
