"""Requests that unmodified clients sent are answered with the status and in the shape that the clients require."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from pendo_contracts.wire import jzb
from tests.emulator.recorder.sample_requests import LOAD

FILES = sorted((Path(__file__).parents[4] / "fixtures/engage/clients").glob("*.ndjson"))
SEGMENT = "seg-1"
FIELD_MEMBERS = {"Type", "DisplayName", "ElementType", "ElementFormat", "Dirty", "isHidden", "isDeleted"}


def read_requests(file):
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.fixture
def send(pendo, keys):
    """Return a function that sends a recorded request with the keys of the test, and remembers the segment's id."""
    pendo.subscribe(track_secrets={f"wrong-{pendo.api_key}": "refuse"})
    secrets = {"demo-key": keys.read_write, "track-secret": pendo.api_key}
    ids = {}
    url = pendo.host_url("data.pendo.io") + f"/data/ptm.gif/{pendo.api_key}"
    for visitor in ("v-1", "v-2"):
        event = jzb.encode([LOAD | {"visitor_id": visitor, "account_id": "a-1"}])
        requests.get(url, params={"jzb": event}, timeout=30)

    def send(recorded):
        address = urlsplit(recorded["url"])
        host = address.hostname if address.hostname.endswith("pendo.io") else "data.pendo.io"
        path = address.path.replace("/demo", f"/{pendo.api_key}").replace(SEGMENT, ids.get(SEGMENT, SEGMENT))
        left_out = {"host", "content-length", "connection", "accept-encoding"}
        headers = {name.lower(): text for name, text in recorded["headers"].items() if name.lower() not in left_out}
        for name in {"x-pendo-integration-key", "x-pendo-track-event-secret"} & headers.keys():
            headers[name] = secrets.get(headers[name], f"{headers[name]}-{pendo.api_key}")
        answer = requests.request(
            recorded["method"], f"{pendo.host_url(host)}{path}?{address.query}", headers=headers,
            data=(recorded["body"] or "").encode(), timeout=60,
        )  # fmt: skip
        if path.endswith("segment/upload"):
            ids[SEGMENT] = answer.json()["segmentId"]
        return answer

    return send


def shape(path, answer, recorded):
    """Check what a client reads from an answer with the status 200."""
    document = answer.json() if answer.content else None
    match path.removeprefix("/api/v1/").split("/"):
        case ["aggregation"]:
            assert type(document["results"]) is list
            assert set(document) == ({"results", "startTime"} if '"startTime"' in recorded["head"] else {"results"})
        case ["metadata", "schema", _]:
            fields = [one for group in document.values() for one in group.values()]
            assert all(one.keys() >= FIELD_MEMBERS for one in fields)
        case ["metadata", _, _, "value"]:
            assert document == json.loads(recorded["head"])
        case ["page" | "feature" | "report" | "guide"]:
            assert all("id" in one for one in document)
        case ["segment", _, "visitor"]:
            assert document == json.loads(recorded["head"])
        case ["segment", "upload"]:
            assert type(document["segmentId"]) is str
        case ["token", "verify"]:
            assert document == {"valid": True, "writeAccess": True}
        case ["visitor", _, "history"]:
            assert type(document) is list


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_recorded_requests_are_answered_in_their_shape(send, file):
    for recorded in read_requests(file):
        answer = send(recorded)
        assert answer.status_code == recorded["answer"]["status"], (recorded["url"], answer.text, answer.headers)
        if answer.status_code == 200:
            shape(urlsplit(recorded["url"]).path, answer, recorded["answer"])
        elif answer.status_code == 403:
            assert answer.content == b""
