"""Streams of events over HTTP: through the listener and under another WSGI server."""

import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests
from werkzeug.serving import make_server

from pendo_emulator.app import create_app
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.limits import Limits
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.server import Emulator
from pendo_emulator.storage.store import Store
from tests.served_address import read_address


@pytest.fixture(scope="module")
def emulator():
    """Run an emulator with two streams."""
    with Emulator(limits=Limits(streams=2)) as emulator:
        yield emulator


@contextmanager
def listening(emulator, _folder):
    yield emulator.url


@contextmanager
def under_werkzeug(_emulator, folder):
    """Serve the application under Werkzeug's server; yield its address."""
    with closing(Recorder(Store(folder / "x.sqlite3"))) as recorder:
        app = create_app(recorder, Responder(recorder))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.port}"
            deadline = time.monotonic() + 20
            while app.extensions["streams"].open_streams and time.monotonic() < deadline:
                # Werkzeug notices that a client hung up when it writes the next event.
                target = f"http://127.0.0.1:{server.port}/data/guide.gif/under_werkzeug"
                requests.get(target, headers={"Host": "data.pendo.io"}, timeout=30)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def stream(url, key, headers=None, **parameters):
    address = f"{url}/_emulator/keys/{key}/timeline/stream"
    return requests.get(address, params=parameters, headers=headers, stream=True, timeout=20)


def read_ids(answer, count):
    """Read the ids of `count` events."""
    ids, position = [], ""
    for line in answer.iter_lines(chunk_size=1):
        name, _, value = line.decode().partition(": ")
        position = value if name == "id" else position
        ids += [position] if name == "data" else []
        if len(ids) == count:
            return ids
    return ids


def wait_for_free_stream(url, key):
    """Open a stream as soon as the server has noticed that others were closed."""
    deadline = time.monotonic() + 20
    while (answer := stream(url, key)).status_code == 503 and time.monotonic() < deadline:
        requests.get(f"{url}/_emulator/health", timeout=30)
    return answer


@pytest.mark.parametrize("serving", [listening, under_werkzeug])
def test_events_arrive_and_a_client_resumes_without_loss(serving, emulator, tmp_path, beacon_path):
    key = serving.__name__
    with serving(emulator, tmp_path) as url:
        host = {"Host": "data.pendo.io"}
        requests.get(url + beacon_path(key), headers=host, timeout=30)
        with stream(url, key, after="0") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            requests.get(url + beacon_path(key), headers=host, timeout=30)
            first = read_ids(answer, 2)
        requests.get(url + beacon_path(key, visitor_id="v2"), headers=host, timeout=30)
        requests.get(url + beacon_path(key), headers=host, timeout=30)
        with stream(url, key, headers={"Last-Event-ID": first[-1]}) as answer:
            rest = read_ids(answer, 2)
        events = requests.get(f"{url}/_emulator/keys/{key}/timeline", timeout=30).json()["events"]
        assert [*first, *rest] == [event["id"] for event in events][::-1]
        with stream(url, key, after="0", q="-visitor:v1") as answer:
            assert read_ids(answer, 1) == rest[:1]


def test_streams_above_the_limit_are_answered_503(emulator):
    with wait_for_free_stream(emulator.url, "k") as first, wait_for_free_stream(emulator.url, "k") as second:
        refused = stream(emulator.url, "k")
        assert (first.status_code, second.status_code, refused.status_code) == (200, 200, 503)
        assert "--max-streams" in refused.json()["title"]
        assert requests.get(f"{emulator.url}/_emulator/keys/k/timeline", timeout=30).ok
    with wait_for_free_stream(emulator.url, "k") as answer:
        assert answer.status_code == 200


def test_wrong_query_and_wrong_position_are_rejected(emulator):
    assert stream(emulator.url, "k", q="vistor:1").json()["column"] == 1
    assert stream(emulator.url, "k", headers={"Last-Event-ID": "x"}).status_code == 400


def test_head_opens_no_stream(emulator):
    for _ in range(5):
        answer = requests.head(f"{emulator.url}/_emulator/timeline/stream", timeout=30)
        assert answer.headers["content-type"].startswith("text/event-stream")


def test_server_without_threads_refuses_streams(emulator):
    answer = emulator.app.test_client().get("/_emulator/timeline/stream")
    assert answer.status_code == 503
    assert "threads" in answer.json["title"]


def test_emulator_stops_while_a_stream_is_open(beacon_path):
    with Emulator() as emulator:
        answer = stream(emulator.url, "k")
        requests.get(emulator.host_url("data.pendo.io") + beacon_path("k"), timeout=30)
        assert len(read_ids(answer, 1)) == 1
    assert read_ids(answer, 1) == []


def test_client_that_does_not_read_does_not_delay_others(beacon_path):
    with Emulator(limits=Limits(streams=3)) as emulator, socket.create_connection(("127.0.0.1", emulator.port)) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(b"GET /_emulator/timeline/stream?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        target = emulator.host_url("data.pendo.io") + beacon_path("k", visitor_id="v" * 2_000)
        with stream(emulator.url, "k", after="0") as answer, requests.Session() as session:
            for _ in range(50):
                assert session.get(target, timeout=30).ok
            assert len(read_ids(answer, 50)) == 50


def test_several_worker_processes_stream_all_events_in_order(tmp_path, beacon_path):
    program = Path(sys.executable).with_name("pendo-emulator")
    options = ["--port", "0", "--workers", "2", "--log", "none", "--store", tmp_path / "x.sqlite3"]
    with subprocess.Popen([program, "serve", *options], stdout=subprocess.PIPE, text=True) as parent:
        try:
            url = read_address(parent)
            with stream(url, "k", after="0") as first, stream(url, "k", after="0") as second:
                for number in range(20):  # each connection can reach another worker
                    target = url + beacon_path("k", visitor_id=f"v{number}")
                    assert requests.get(target, headers={"Host": "data.pendo.io"}, timeout=30).ok
                expected = [f"{number}.0" for number in range(1, 21)]
                assert read_ids(first, 20) == read_ids(second, 20) == expected
        finally:
            parent.terminate()
            parent.stdout.read()
