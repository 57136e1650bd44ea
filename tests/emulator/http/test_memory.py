"""The memory that connections and the bodies of their requests use."""

import gc
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import httptools
import pytest
import requests

from pendo_contracts.wire.beacon import BODY_LIMIT
from pendo_emulator.faults.fault import read_fault
from pendo_emulator.http.body_memory import BodyMemory
from pendo_emulator.http.connection import PIPELINE_BYTES, Connection
from pendo_emulator.http.parser import RequestParser
from pendo_emulator.http.request import Request
from pendo_emulator.limits import Limits
from pendo_emulator.response import EMPTY
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query
from tests.emulator.http.fake_transport import FakeGateway, FakeTransport
from tests.emulator.http.raw_connection import connected, read_to_end, statuses

SIZE = 100_000
POST = b"POST /data/segmentio/%b HTTP/1.1\r\nHost: data.pendo.io\r\nContent-Length: %d\r\n%b\r\n"
CLOSE = b"Connection: close\r\n"
CONNECT = b"CONNECT data.pendo.io:443 HTTP/1.1\r\nHost: data.pendo.io:443\r\n\r\n"
OWN = b"PUT /_emulator/keys/%b/faults HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n%b\r\n"
KINDS = {Connection, Request, RequestParser, httptools.HttpRequestParser}
MEGABYTE = 1_000_000
SERVE = (
    "import gc; gc.disable(); from pendo_emulator.server import Emulator;"
    "e = Emulator().start(); print(e.port, flush=True); input(); e.stop()"
)


def complete(key):
    return POST % (key, SIZE, CLOSE) + b" " * SIZE


def count_objects():
    """Count the objects of a connection that are in memory."""
    return sum(type(thing) in KINDS for thing in gc.get_objects())


def resident(process):
    """Return the bytes of anonymous memory of a process."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) * 1024


@pytest.fixture
def wait_until(pendo_server):
    """Wait up to 30 seconds until a condition holds; all requests meanwhile use one connection, which stays open."""
    with requests.Session() as session:

        def ask():
            assert session.get(f"{pendo_server.url}/healthz", timeout=30).ok

        def wait(condition):
            deadline = time.monotonic() + 30
            while not condition() and time.monotonic() < deadline:
                ask()
            assert condition()

        ask()
        yield wait


@pytest.fixture
def no_garbage_collection():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_garbage_collection")
@pytest.mark.parametrize("resets", [False, True])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        complete(b"%b"),
        POST % (b"%b", SIZE, b"") + b" " * SIZE,
        POST % (b"%b", SIZE, b"") + b" " * (SIZE // 2),
        (POST % (b"%b", SIZE, b"") + b" " * SIZE) * 3,
        OWN % (b"%b", SIZE, CLOSE) + b" " * SIZE,
        CONNECT + complete(b"%b"),
        CONNECT * 3,
        b"GET /data",
        b"\0\0\r\n\r\n",
        b"\x16\x03\x01",
        b"GET http://elsewhere.example/ HTTP/1.1\r\n\r\n",
    ],
)
def test_closed_connection_leaves_no_objects_in_memory(data, resets, wait_until):
    with Emulator() as emulator:
        before = count_objects()
        for _ in range(10):
            with connected(emulator) as connection:
                connection.sendall(data.replace(b"%b", b"k"))
                if resets:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                else:
                    connection.shutdown(socket.SHUT_WR)
                    read_to_end(connection)
        wait_until(lambda: emulator.counters.total("connections_opened") == 10 and emulator.connections == 0)
        wait_until(lambda: count_objects() < before + 10)


@pytest.mark.usefixtures("no_garbage_collection")
def test_delayed_answer_after_close_leaves_no_objects_in_memory(wait_until):
    with Emulator() as emulator:
        emulator.recorder.settings.add_faults("k", [read_fault({"delay": 0.05})])
        before = count_objects()
        with connected(emulator) as connection:
            connection.sendall(complete(b"k"))
            assert statuses(read_to_end(connection)) == [400]
        wait_until(lambda: emulator.connections == 0 and count_objects() <= before)


@pytest.mark.usefixtures("no_garbage_collection")
def test_open_connection_does_not_keep_answered_request(pendo, wait_until):
    with connected(pendo.emulator) as connection:
        connection.sendall(POST % (pendo.api_key.encode(), SIZE, b"") + b" " * SIZE)
        connection.recv(9999)
        wait_until(lambda: not any(type(thing) is Request and thing.kept for thing in gc.get_objects()))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_memory_stays_flat_over_many_connections():
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        address = ("127.0.0.1", int(server.stdout.readline()))
        body = b" " * (2 * MEGABYTE)

        def post():
            with socket.create_connection(address, timeout=30) as connection:
                connection.sendall(POST % (b"k", len(body), CLOSE) + body)
                assert statuses(read_to_end(connection)) == [400]

        for _ in range(5):
            post()
        before = resident(server)
        for _ in range(40):
            post()
        grown = resident(server) - before
        server.stdin.write("\n")
        server.stdin.flush()
    assert grown < 20 * MEGABYTE


def test_bytes_sent_ahead_are_bounded():
    gateway, transport = FakeGateway(), FakeTransport()
    gateway.memory = BodyMemory()
    connection = Connection(gateway)
    connection.connection_made(transport)
    sent = 0
    while transport.reading and sent < 9:
        connection.data_received(POST % (b"k", BODY_LIMIT, b""))
        connection.data_received(b" " * BODY_LIMIT)
        sent += 1
    assert not transport.reading
    assert gateway.memory.used <= PIPELINE_BYTES + 2 * BODY_LIMIT
    for _ in range(sent):
        connection.answer(EMPTY)
    assert transport.reading
    assert gateway.memory.used == 0


def test_requests_are_not_read_ahead_while_client_does_not_read():
    gateway, transport = FakeGateway(), FakeTransport()
    connection = Connection(gateway)
    connection.connection_made(transport)
    connection.pause_writing()
    sent = 0
    while transport.reading and sent < 100:
        connection.data_received(POST % (b"k", 1, b"") + b" ")
        sent += 1
    assert not transport.reading
    connection.resume_writing()
    for _ in range(sent):
        connection.answer(EMPTY)
    assert (transport.reading, gateway.received) == (True, sent)


def test_body_beyond_memory_of_all_connections_gets_503(wait_until):
    with Emulator(limits=Limits(body_memory=3 * SIZE // 2)) as emulator, connected(emulator) as first:
        whole = complete(b"k")
        first.sendall(whole[:-9])
        wait_until(lambda: post(emulator, whole) == [503])
        rules = {x.beacon.decode_errors[0].rule for x in emulator.recorder.read(Query()) if x.beacon.decode_errors}
        assert "memory" in rules
        first.sendall(whole[-9:])
        assert statuses(read_to_end(first)) == [400]
        assert post(emulator, whole) == [400]


def post(emulator, data):
    with connected(emulator) as connection:
        connection.sendall(data)
        return statuses(read_to_end(connection))


def test_body_in_tiny_chunks_needs_only_its_own_size():
    memory = BodyMemory()
    request = Request(0, memory)
    for _ in range(SIZE // 2):
        request.add_body(b"ab")
    assert memory.used == request.kept == len(request.body) == SIZE
    assert sum(map(sys.getsizeof, gc.get_referents(request))) < 2 * SIZE
