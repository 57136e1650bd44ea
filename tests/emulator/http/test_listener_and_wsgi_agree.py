"""The listener and the WSGI application answer and record a request alike."""

import json
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pendo_contracts.wire.beacon import BODY_LIMIT, HEADER_LIMIT, URL_LIMIT
from pendo_emulator.app import create_app
from pendo_emulator.faults.fault import read_fault
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store
from pendo_emulator.subscription import read_subscription

CAPTURE = Path(__file__).parents[3] / "fixtures/captures/region-eu.ndjson"
SERVER_HEADERS = {"date", "connection", "server", "content-length"}
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
    ("GET", "/", {"host": "localhost"}, b""),
    ("HEAD", "/", {"host": "localhost:8080"}, b""),
    ("POST", "/", {"host": "localhost"}, b"{}"),
    ("GET", "/", {"host": "app.pendo.io"}, b""),
    ("GET", "/favicon.ico", {"host": "127.0.0.1:1"}, b""),
    ("HEAD", "/robots.txt", {"host": "[::1]"}, b""),
    ("GET", "/.well-known/appspecific/com.chrome.devtools.json", {"host": "localhost"}, b""),
    ("GET", "/.well-known/x", {"host": "data.pendo.io"}, b""),
    ("GET", "/_emulator/", {"host": "localhost", "connection": "Upgrade", "upgrade": "websocket"}, b""),
    ("GET", f"/data/ptm.gif/k?jzb={'A' * URL_LIMIT}", {}, b""),
    ("GET", "/data/ptm.gif/k", {"x-long": "c" * HEADER_LIMIT}, b""),
    ("POST", "/data/ptm.gif/k", {}, b" " * (BODY_LIMIT + 2)),
    ("GET", "/data/guide.gif/faulty", {}, b""),
    ("GET", "/agent/static/faulty/config.json", {}, b""),
]


def captured_requests():
    for line in CAPTURE.read_text("utf-8").splitlines():
        request = json.loads(line)
        url = urlsplit(request["url"])
        target = url.path + (f"?{url.query}" if url.query else "")
        yield request["method"], target.replace(" ", "%20"), {"host": url.netloc}, request["body"].encode()


def set_up_faulty_key(recorder):
    recorder.settings.add_faults(
        "faulty", [read_fault({"status": 429, "retry_after": 3, "body": "json", "no_cors": True})]
    )
    recorder.settings.subscribe("faulty", read_subscription({"region": "io"}))


@pytest.fixture(scope="module")
def by_listener():
    """Return a function that sends through the listener and returns the response and the recorded exchanges."""
    with Emulator() as emulator, closing(HTTPConnection(emulator.host, emulator.port, timeout=10)) as connection:
        set_up_faulty_key(emulator.recorder)

        def send(method, target, headers, body):
            last = emulator.recorder.store.reader.last_id()
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            received = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, received, answer.read(), emulator.recorder.read(Query(after=last))

        yield send


@pytest.fixture(scope="module")
def by_wsgi(tmp_path_factory):
    """Return a function that sends through WSGI and returns the response and the recorded exchanges."""
    with closing(Recorder(Store(tmp_path_factory.mktemp("wsgi") / "x.sqlite3"))) as recorder:
        set_up_faulty_key(recorder)
        client = create_app(recorder, Responder(recorder)).test_client()

        def send(method, target, headers, body):
            last = recorder.store.reader.last_id()
            environ = {"RAW_URI": target}
            answer = client.open(target, method=method, headers=headers, data=body, environ_overrides=environ)
            received = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status_code, received, answer.data, recorder.read(Query(after=last))

        yield send


def outcome(send, case):
    """Send a case and return the parts that must agree: the whole result without headers that the server adds."""
    method, target, headers, body = case
    length = {"content-length": str(len(body))} if body else {}
    status, received, content, recorded = send(method, target, {**HEADERS, **headers, **length}, body)
    exchanges = [
        (x.envelope.method, x.envelope.url, x.envelope.body, x.envelope.headers, x.beacon, x.verdicts) for x in recorded
    ]
    outcomes = [(x.status, x.fault, x.notes, x.good) for x in recorded]
    return status, {name: received[name] for name in received.keys() - SERVER_HEADERS}, content, exchanges, outcomes


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[1][:40]}")
def test_listener_and_wsgi_agree(by_listener, by_wsgi, case):
    assert outcome(by_listener, case) == outcome(by_wsgi, case)


def test_listener_and_wsgi_agree_on_captured_traffic(by_listener, by_wsgi):
    for case in captured_requests():
        assert outcome(by_listener, case) == outcome(by_wsgi, case)
