"""Exported requests are those that a query selects; an imported recording is judged like the original."""

import gzip
import json
from uuid import uuid4

import pytest
import requests

from pendo_contracts.recordings.reading import read_recording

BINARY = b"\xff\x00\xfe"


@pytest.fixture
def export(pendo):
    def request(**parameters):
        address = f"{pendo.emulator.control_url}/keys/{pendo.api_key}/timeline/export"
        return requests.get(address, params=parameters, timeout=10)

    return request


@pytest.fixture
def import_file(pendo):
    def request(data, key=None):
        parameters = {"key": key} if key else {}
        return requests.post(f"{pendo.emulator.control_url}/import", params=parameters, data=data, timeout=20)

    return request


@pytest.fixture
def sent(pendo, send):
    """Send a kept and a broken beacon, and a binary body."""
    send(visitor_id="v1")
    send("data.eu.pendo.io", sequence="x")
    requests.post(f"{pendo.host_url('data.pendo.io')}/data/rec/{pendo.api_key}", data=BINARY, timeout=30)


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("form", ["har", "ndjson"])
def test_exported_requests_are_read_as_they_were_sent(export, pendo, tmp_path, form):
    file = tmp_path / "export"
    file.write_bytes(export(format=form).content)
    read = [entry.envelope for entry in read_recording(file)]
    recorded = [exchange.envelope for exchange in pendo.exchanges()]
    parts = ("method", "url", "body", "received_at")
    assert [[getattr(one, part) for part in parts] for one in read] == [
        [getattr(one, part) for part in parts] for one in recorded
    ]


@pytest.mark.usefixtures("sent")
def test_query_selects_the_exported_requests(export):
    lines = export(format="ndjson", q="region:eu").text.splitlines()
    assert [json.loads(line)["url"].split("/")[2] for line in lines] == ["data.eu.pendo.io"]
    assert export(format="ndjson", q="visitor:nobody").text == ""
    assert export(q="vistor:1").status_code == export(format="pdf").status_code == 400


@pytest.mark.usefixtures("sent")
def test_html_report_is_about_the_selected_requests(export):
    assert (
        "<b>1</b>" in export(format="html", q="region:eu").text
        or "1 request" in export(format="html", q="region:eu").text
    )
    assert "attachment" in export(format="html").headers["content-disposition"]


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("form", ["har", "ndjson"])
def test_imported_recording_has_the_same_events(export, import_file, pendo, form, pack):
    answer = import_file(pack(export(format=form).content)).json()
    assert (answer["imported"], answer["skipped"]) == (3, 0)

    def events(key):
        listed = requests.get(f"{pendo.emulator.control_url}/keys/{key}/timeline", timeout=30).json()["events"]
        return [
            [event[name] for name in ("type", "visitor", "region", "verdict", "time", "status")] for event in listed
        ]

    assert events(answer["key"]) == events(pendo.api_key)


@pytest.mark.usefixtures("sent")
def test_key_with_requests_is_not_mixed_with_a_recording(export, import_file, pendo):
    assert import_file(export().content, key=pendo.api_key).status_code == 409


@pytest.mark.parametrize("data", [b"", b"no recording", b'{"type": "track", "event": "x"}'])
def test_other_data_is_rejected(import_file, data):
    answer = import_file(data, key=str(uuid4()))
    assert answer.status_code == 400
    assert "recording" in answer.json()["title"]


def test_requests_that_cannot_be_imported_are_counted_and_explained(import_file):
    lines = [
        {"method": "GET", "url": "https://app.example/page", "headers": {}},
        {"method": "POST", "url": "http://data.pendo.io/data/ptm.gif/k", "headers": {"content-length": "9"}},
        {"method": "GET", "url": "http://data.pendo.io/data/guide.gif/k", "headers": {}},
    ]
    answer = import_file("\n".join(map(json.dumps, lines)).encode()).json()
    assert (answer["imported"], answer["skipped"]) == (1, 2)
    assert "no API key" in answer["problems"][0]
    assert "no body" in answer["problems"][1]


def test_large_export_arrives_complete(import_file, pendo):
    body = json.dumps({"type": "track", "event": "x" * 5_000, "userId": "u"})
    line = {"method": "POST", "url": "http://data.pendo.io/data/segmentio/k", "headers": {}, "body": body}
    key = import_file("\n".join([json.dumps(line)] * 400).encode()).json()["key"]
    address = f"{pendo.emulator.control_url}/keys/{key}/timeline/export"
    answer = requests.get(address, timeout=20)
    assert "content-length" not in answer.headers
    assert len(answer.json()["log"]["entries"]) == 400
