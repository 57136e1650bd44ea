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
from pendo_contracts.wire.jzb import CONTAINER_LIMIT, DECIMAL_LIMIT
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

# The law is 250 ms of CPU time. A turn is measured several times, because other processes slow the processor down.
MAX_TURN = 0.25
ATTEMPTS = 5
COPIES = 6
URL = "https://data.pendo.io/data/ptm.gif/k?v=1&ct=1"
NESTED = "[" * 20 + "]" * 20
DOCUMENTS = {
    "flat": "[" + "[]," * (CONTAINER_LIMIT - 2) + "[]]",
    "nested": "[" + f"{NESTED}," * (CONTAINER_LIMIT // 20 - 2) + "[]]",
    "one event": '[{"type":"load","props":[' + f"{NESTED}," * (CONTAINER_LIMIT // 20 - 2) + "1]}]",
    "many events": json.dumps([{"type": "load", "props": {"a": [[]] * 15}}] * 2_400),
    "many objects": '[{"type":"load","props":[' + ",".join(f'{{"a{n}":{{}}}}' for n in range(45_000)) + "]}]",
    "slow decimals": "[" + "1e-320," * (DECIMAL_LIMIT - 1) + "1]",
    "too many slow decimals": "[" + "1e-320," * 190_000 + "1]",
    "many names": '[{"type":"load","props":{' + ",".join(f'"{n:x}":0' for n in range(99_000)) + "}}]",
    "too many names": '[{"type":"load","props":{' + ",".join(f'"{n:x}":0' for n in range(400_000)) + "}}]",
}

UTM = [{"type": "load", "utm": {f"{'y' * 20}{event}_{n}": 0 for n in range(99)}} for event in range(50)]
PLACES = [{"type": "load", "utm": {"x": 0, "y": 0}, "z": 0}] * 2_440
NAMES = [{"type": "load"} | {f"x{n}": 0 for n in range(30)}] * 2_490
UNKNOWN_MEMBERS = {"many violations": UTM + PLACES, "many events": NAMES}


def seconds_alone(responder, envelope):
    """Return the CPU time of judging, recording and answering one request, the least of up to ATTEMPTS times."""
    times = []
    while not times or (min(times) > MAX_TURN and len(times) < ATTEMPTS):
        started = time.thread_time()
        responder.respond([judge_request(envelope)])
        times.append(time.thread_time() - started)
    return min(times)


class Turns:
    """Measures the CPU time of each turn of a listener's event loop: it is called once in each turn."""

    def __init__(self, loop):
        self._loop, self._started, self._stopped = loop, None, False
        self.longest = 0.0

    def __enter__(self):
        self._loop.call_soon_threadsafe(self._measure)
        return self

    def __exit__(self, *_):
        self._stopped = True

    def _measure(self):
        now = time.thread_time()
        if self._started is not None:
            self.longest = max(self.longest, now - self._started)
        self._started = now
        if not self._stopped:
            self._loop.call_soon(self._measure)


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


def longest_turn(listener, requests_to_send):
    """Return the CPU time of the longest turn, the least of up to ATTEMPTS times, and the statuses of the answers."""
    times, answers = [], []
    while not times or (min(times) > MAX_TURN and len(times) < ATTEMPTS):
        with Turns(listener.loop) as turns:
            answers += send_together(listener, requests_to_send)
        times.append(turns.longest)
    return min(times), answers


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_largest_payloads_do_not_block_the_event_loop(listener, recorder, document):
    longest, answers = longest_turn(listener, [post(document)] * COPIES)
    assert longest < MAX_TURN
    assert set(answers) <= {200, 400}
    assert recorder.count(Query()) == len(answers)


@pytest.mark.parametrize("version", ["2.291.4", "99.0.0"])
@pytest.mark.parametrize("events", UNKNOWN_MEMBERS.values(), ids=UNKNOWN_MEMBERS)
def test_unknown_members_do_not_block_the_event_loop(listener, events, version):
    request = post(json.dumps(events)).replace(b"?v=1&", f"?v={version}&".encode())
    longest, answers = longest_turn(listener, [request] * COPIES)
    assert longest < MAX_TURN
    assert set(answers) == {200}


def test_heavy_requests_of_the_fuzzer_do_not_block_the_event_loop(listener, recorder):
    envelopes = [generate_request(1, number) for number in every_nth_heavy_request(61)]
    longest, answers = longest_turn(listener, [as_bytes(envelope) for envelope in envelopes])
    assert longest < MAX_TURN
    assert recorder.count(Query()) == len(answers)


def test_no_heavy_request_takes_long_in_the_library(recorder):
    responder = Responder(recorder)
    times = {number: seconds_alone(responder, generate_request(1, number)) for number in every_nth_heavy_request(17)}
    assert {number: seconds for number, seconds in times.items() if seconds > MAX_TURN} == {}


@pytest.mark.parametrize(
    "target",
    ["/a" * 30_000, "/é" * 10_000, "/data/ptm.gif/k?" + "&".join(f"a{n:x}=%41" for n in range(6_000))],
    ids=["many steps", "many letters", "many parameters"],
)
def test_no_url_takes_long(recorder, target):
    assert seconds_alone(Responder(recorder), Envelope("GET", f"https://data.pendo.io{target}", {}, b"", 0)) < MAX_TURN


def every_nth_heavy_request(step):
    """Return the numbers of some heavy requests; a prime step gives other payloads for each endpoint."""
    return range(-len(heavy_requests()), 0, step)
