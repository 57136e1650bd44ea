"""Pipelined requests: their order, their number and clients that do not read."""

import re
import socket
import struct
from contextlib import suppress

import pytest
import requests

from pendo_emulator.http.connection import PIPELINE_LIMIT, Connection
from pendo_emulator.response import EMPTY
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query
from tests.emulator.http.fake_transport import FakeGateway, FakeTransport
from tests.emulator.http.raw_connection import GET, connected, send_all, statuses


def test_pipelined_requests_are_answered_in_order(pendo, key):
    pendo.fault(method="HEAD", delay=0.05)
    pipelined = b"".join(GET.replace(b"v=1", b"n=%d" % n) % key + b"\r\n" for n in range(40))
    answer = send_all(pendo.emulator, GET.replace(b"GET", b"HEAD") % key + b"\r\n", pipelined)
    assert statuses(answer) == [200] * 41
    numbers = [int(number) for number in re.findall(rb"x-emulator-exchange: (\d+)", answer)]
    assert numbers == [exchange.id for exchange in pendo.exchanges()]


@pytest.mark.parametrize(
    "line", [b"GET /_emulator/keys/k/wait?timeout=9", b"GET /_emulator/keys", b"GET /agent/static/k/pendo.js"]
)
def test_pipelining_is_bounded(line):
    with Emulator() as emulator, connected(emulator) as connection:
        connection.settimeout(1)
        with suppress(TimeoutError):
            for _ in range(1000):
                connection.sendall((line + b" HTTP/1.1\r\nHost: localhost\r\n\r\n") * 1000)
            raise AssertionError("a million requests were accepted in advance")
        assert emulator.recorder.count(Query()) < 20_000


def test_reading_pauses_while_many_requests_wait():
    gateway, transport = FakeGateway(), FakeTransport()
    connection = Connection(gateway)
    connection.connection_made(transport)
    connection.data_received(GET % b"k" + b"\r\n")
    for _ in range(PIPELINE_LIMIT):
        assert transport.reading
        connection.data_received(GET % b"k" + b"\r\n")
    assert not transport.reading
    connection.answer(EMPTY)
    assert transport.reading
    assert gateway.received == 2


def test_queued_requests_are_recorded_after_client_resets(pendo, key, wait_until):
    pendo.fault(delay=30, times=1)
    with connected(pendo.emulator) as connection:
        connection.sendall((GET % key + b"\r\n") * 3)
        pendo.wait(count=1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_until(lambda: len(pendo.exchanges()) == 3)


def test_client_that_does_not_read_does_not_delay_others(pendo, key):
    script = b"GET /agent/static/%b/pendo.js HTTP/1.1\r\nHost: cdn.pendo.io\r\n\r\n" % key
    with connected(pendo.emulator) as connection:
        connection.sendall(script * 500)
        assert requests.get(f"{pendo.url}/healthz", timeout=30).status_code == 200
