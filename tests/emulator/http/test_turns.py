"""No turn of the event loop takes long, whatever arrives; thread time measures it, so other processes do not matter."""

import json
import socket
import time
from contextlib import ExitStack
from threading import Thread

import pytest
import requests

from pendo_contracts.judge import judge_request
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope
from pendo_contracts.wire.jzb import CONTAINER_LIMIT
from pendo_emulator.app import create_app
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.http.application_interface import Application
from pendo_emulator.http.listener import Listener
from pendo_emulator.http.listening_sockets import listen
from pendo_emulator.http.wsgi_adapter import ask
from pendo_emulator.limits import Limits
from pendo_emulator.observability.counters import Counters
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store
from tests.emulator.http.raw_connection import read_to_end, statuses
from tests.stress.fuzz.request_generator import generate_request, heavy_requests

COPIES = 6
URL = "https://data.pendo.io/data/ptm.gif/k?v=1&ct=1"
NESTED = "[" * 20 + "]" * 20
DOCUMENTS = {
    "flat": "[" + "[]," * (CONTAINER_LIMIT - 2) + "[]]",
    "nested": "[" + f"{NESTED}," * (CONTAINER_LIMIT // 20 - 2) + "[]]",
    "one event": '[{"type":"load","props":[' + f"{NESTED}," * (CONTAINER_LIMIT // 20 - 2) + "1]}]",
    "many events": json.dumps([{"type": "load", "props": {"a": [[]] * 15}}] * 9_000),
    "many objects": '[{"type":"load","props":[' + ",".join(f'{{"a{n}":{{}}}}' for n in range(90_000)) + "]}]",
}


def seconds_alone(responder, envelope):
    """Return the CPU time of one request; a turn may take as long, and not as long as all requests that arrive."""
    started = time.thread_time()
    responder.respond([judge_request(envelope)])
    return time.thread_time() - started


class Turns:
    """Measures the CPU time of each turn of a listener's event loop."""

    def __init__(self, loop):
        self._loop, self._started, self._stopped = loop, None, False
        self.longest = 0.0

    def start(self):
        self._loop.call_soon_threadsafe(self._measure)

    def stop(self):
        self._stopped = True

    def _measure(self):
        now = time.thread_time()
        if self._started is not None:
            self.longest = max(self.longest, now - self._started)
        self._started = now
        if not self._stopped:
            self._loop.call_later(0.001, self._measure)


@pytest.fixture
def recorder(tmp_path):
    recorder = Recorder(Store(tmp_path / "x.sqlite3"))
    yield recorder
    recorder.close()


@pytest.fixture
def listener(recorder):
    """Serve without the settings that the commands make for the whole process."""
    responder = Responder(recorder)
    app = create_app(recorder, responder)
    application = Application(
        respond=responder.respond,
        ask=lambda request, scheme, peer: ask(app, request, scheme, peer),
        tls=None,
        domains=("pendo.io",),
        limits=Limits(),
        counters=Counters(),
    )
    responder.respond([judge_request(Envelope("POST", "https://data.pendo.io/data/segmentio/k", {}, b'{"type":1}', 0))])
    recorder.clear("k")
    with listen("127.0.0.1", 0) as sockets:
        listener = Listener(sockets.sockets, application)
        listener.address = ("127.0.0.1", sockets.port)
        thread = Thread(target=listener.serve)
        thread.start()
        listener.listening.wait()
        yield listener
        listener.stop()
        thread.join()


def send_together(listener, requests_to_send):
    """Send each request on a connection of its own, all at once, and ask for the health meanwhile."""
    with ExitStack() as stack:
        connections = [stack.enter_context(socket.create_connection(listener.address, 60)) for _ in requests_to_send]
        for connection, data in zip(connections, requests_to_send, strict=True):
            connection.sendall(data[:-1])
        for connection, data in zip(connections, requests_to_send, strict=True):
            connection.sendall(data[-1:])
        assert requests.get(f"http://127.0.0.1:{listener.address[1]}/healthz", timeout=60).ok
        return [statuses(read_to_end(connection))[0] for connection in connections]


def as_bytes(envelope):
    target = envelope.url.partition("://")[2].partition("/")[2]
    head = f"{envelope.method} /{target} HTTP/1.1\r\nhost: data.pendo.io\r\nconnection: close\r\n"
    return f"{head}content-length: {len(envelope.body)}\r\n\r\n".encode() + envelope.body


def body_of(document):
    return json.dumps({"events": jzb.pack(document)}).encode()


def post(document):
    body = body_of(document)
    head = b"POST /data/ptm.gif/k?v=1&ct=1 HTTP/1.1\r\nhost: data.pendo.io\r\nconnection: close\r\n"
    return head + b"content-length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_largest_payloads_do_not_block_the_event_loop(listener, recorder, document):
    alone = seconds_alone(Responder(recorder), Envelope("POST", URL, {}, body_of(document), 0))
    recorder.clear("k")
    turns = Turns(listener.loop)
    turns.start()
    assert set(send_together(listener, [post(document)] * COPIES)) <= {200, 400}
    turns.stop()
    assert recorder.count(Query()) == COPIES
    assert turns.longest < 2.5 * alone + 0.1


def test_heavy_requests_of_the_fuzzer_do_not_block_the_event_loop(listener, recorder):
    numbers = range(-len(heavy_requests()), 0)
    envelopes = [generate_request(1, number) for number in numbers[:: max(1, len(numbers) // 30)]]
    alone = max(seconds_alone(Responder(recorder), envelope) for envelope in envelopes)
    before = recorder.count(Query())
    turns = Turns(listener.loop)
    turns.start()
    send_together(listener, [as_bytes(envelope) for envelope in envelopes])
    turns.stop()
    assert recorder.count(Query()) == before + len(envelopes)
    assert turns.longest < 2.5 * alone + 0.1
