"""A request is answered and recorded alike by the listener's short way and by Flask."""

import json
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pendo_contracts.beacon import BODY_LIMIT, HEADER_LIMIT, URL_LIMIT
from pendo_emulator.app import create_app
from pendo_emulator.faults.fault import read_fault
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store
from pendo_emulator.subscription import read_subscription

CAPTURE = Path(__file__).parents[3] / "fixtures/captures/region-eu.ndjson"
OWN = {"date", "connection", "server", "content-length"}
HEADERS = {"host": "data.eu.pendo.io", "accept": "*/*", "user-agent": "test", "accept-encoding": "identity"}
CASES = [
    ("GET", "/data/ptm.gif/k?v=1&jzb=eJw", {}, b""),
    ("GET", "/data/ptm.gif/k?v=1&ct=2&jzb=%21", {}, b""),
    ("HEAD", "/data/guide.gif/k", {}, b""),
    ("OPTIONS", "/data/ptm.gif/k", {"origin": "https://app.example"}, b""),
    ("PUT", "/data/ptm.gif/k", {}, b"x"),
    ("POST", "/data/ptm.gif/k?v=1&ct=2&s=3", {"content-type": "text/plain"}, b'{"events": "x"}'),
    ("POST", "/data/errorlog?apiKey=k", {}, b"{"),
    ("POST", "/data/segmentio/k", {"content-type": "application/json"}, b'{"type": "track"}'),
    ("GET", "/agent/static/k/config.json", {"host": "us1.cdn.pendo.io"}, b""),
    ("GET", "/agent/static/k/pendo.js", {"host": "content.customer.example"}, b""),
    ("GET", "/_host/cdn.eu.pendo.io/agent/static/k/config.json", {}, b""),
    ("GET", "/data/guide.json/k?id=7", {"host": "localhost"}, b""),
    ("GET", "/nothing/at%20all?x=%00", {}, b""),
    ("PROPFIND", "/data/ptm.gif/k", {}, b""),
    ("GET", "/data/ptm.gif/k%0A", {}, b""),
    ("GET", "/%5femulator/keys", {"host": "localhost"}, b""),
    ("GET", "/healthz", {}, b""),
    ("GET", "/healthz", {"host": "localhost"}, b""),
    ("GET", "/readyz", {"host": "127.0.0.1:1"}, b""),
    ("GET", "/_emulator/keys/nobody/exchanges?limit=3", {"host": "localhost"}, b""),
    ("GET", "/_emulator/keys", {"host": "evil.example"}, b""),
    ("GET", f"/data/ptm.gif/k?jzb={'A' * URL_LIMIT}", {}, b""),
    ("GET", "/data/ptm.gif/k", {"x-long": "c" * HEADER_LIMIT}, b""),
    ("POST", "/data/ptm.gif/k", {}, b" " * (BODY_LIMIT + 2)),
    ("GET", "/data/guide.gif/struck", {}, b""),
    ("GET", "/agent/static/struck/config.json", {}, b""),
]


def captured():
    for line in CAPTURE.read_text("utf-8").splitlines():
        request = json.loads(line)
        url = urlsplit(request["url"])
        target = url.path + (f"?{url.query}" if url.query else "")
        yield request["method"], target.replace(" ", "%20"), {"host": url.netloc}, request["body"].encode()


def set_up(recorder):
    recorder.add_faults("struck", [read_fault({"status": 429, "retry_after": 3, "body": "json", "no_cors": True})])
    recorder.subscribe("struck", read_subscription({"region": "io"}))


@pytest.fixture(scope="module")
def by_socket():
    """Send by the socket; give the answer and what was recorded."""
    with Emulator() as emulator, closing(HTTPConnection(emulator.host, emulator.port, timeout=10)) as connection:
        set_up(emulator.recorder)

        def send(method, target, headers, body):
            last = emulator.recorder.store.reader.last_id()
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, told, answer.read(), emulator.recorder.read(Query(after=last))

        yield send


@pytest.fixture(scope="module")
def by_flask(tmp_path_factory):
    """Send by WSGI, as any server would; give the answer and what was recorded."""
    with closing(Recorder(Store(tmp_path_factory.mktemp("wsgi") / "x.sqlite3"))) as recorder:
        set_up(recorder)
        client = create_app(recorder, Responder(recorder)).test_client()

        def send(method, target, headers, body):
            last = recorder.store.reader.last_id()
            environ = {"RAW_URI": target}
            answer = client.open(target, method=method, headers=headers, data=body, environ_overrides=environ)
            told = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status_code, told, answer.data, recorder.read(Query(after=last))

        yield send


def seen(way, case):
    """Leave out what is each way's own: when, how long and by whom it is carried."""
    method, target, headers, body = case
    length = {"content-length": str(len(body))} if body else {}
    status, told, content, recorded = way(method, target, {**HEADERS, **headers, **length}, body)
    exchanges = [
        (x.envelope.method, x.envelope.url, x.envelope.body, x.envelope.headers, x.beacon, x.verdicts) for x in recorded
    ]
    outcomes = [(x.status, x.fault, x.notes, x.good) for x in recorded]
    return status, {name: told[name] for name in told.keys() - OWN}, content, exchanges, outcomes


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[1][:40]}")
def test_both_ways_are_alike(by_socket, by_flask, case):
    assert seen(by_socket, case) == seen(by_flask, case)


def test_both_ways_are_alike_for_what_the_real_agent_sends(by_socket, by_flask):
    for case in captured():
        assert seen(by_socket, case) == seen(by_flask, case)
