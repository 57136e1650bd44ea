"""HTTP over a raw socket: order, limits and timeouts."""

import asyncio
import re
import socket
import ssl
import struct
import time
from contextlib import ExitStack, contextmanager, suppress

import pytest
import requests

from pendo_contracts.wire.beacon import BODY_LIMIT, HEADER_LIMIT, URL_LIMIT
from pendo_emulator.http.body_memory import BodyMemory
from pendo_emulator.http.connection import PIPELINE_LIMIT, Connection
from pendo_emulator.http.request import DRAIN_LIMIT
from pendo_emulator.limits import Limits
from pendo_emulator.response import EMPTY
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query

GET = b"GET /data/guide.gif/%b?v=1&ct=1 HTTP/1.1\r\nHost: data.pendo.io\r\n"
POST = GET.replace(b"GET", b"POST")


@contextmanager
def connected(emulator):
    with socket.create_connection((emulator.host, emulator.port), timeout=10) as connection:
        yield connection


def read_to_end(connection):
    """Read until the emulator closes the connection."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def send_all(emulator, *pieces):
    """Send pieces, then end of file; return all bytes of the answer."""
    with connected(emulator) as connection:
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        return read_to_end(connection)


def statuses(answer):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answer)]


class FakeTransport(asyncio.Transport):
    """Accepts all bytes; `reading` is whether the connection reads more bytes."""

    reading = True

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True

    def write(self, data):
        pass

    def is_closing(self):
        return False


class FakeGateway:
    """Counts requests and never answers."""

    date, limits, proxy, received = "", Limits(), None, 0
    loop, clock, memory = None, time.monotonic, BodyMemory()

    def opened(self, connection):
        pass

    def receive(self, _connection, _request):
        self.received += 1

    def provide_tls(self, callback):
        pass


@pytest.fixture
def key(pendo):
    return pendo.api_key.encode()


def test_pipelined_requests_are_answered_in_order(pendo, key):
    pendo.fault(method="HEAD", delay=0.05)
    pipelined = b"".join(GET.replace(b"v=1", b"n=%d" % n) % key + b"\r\n" for n in range(40))
    answer = send_all(pendo.emulator, GET.replace(b"GET", b"HEAD") % key + b"\r\n", pipelined)
    assert statuses(answer) == [200] * 41
    numbers = [int(number) for number in re.findall(rb"x-emulator-exchange: (\d+)", answer)]
    assert numbers == [exchange.id for exchange in pendo.exchanges()]


def test_request_may_arrive_byte_by_byte(pendo, key):
    request = b"POST /data/guide.gif/%b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabcde" % key
    assert statuses(send_all(pendo.emulator, *(bytes([byte]) for byte in request))) == [400]
    assert pendo.exchanges()[0].envelope.body == b"abcde"


def test_chunked_body_is_joined(pendo, key):
    head = b"POST /data/guide.gif/%b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" % key
    send_all(pendo.emulator, head, b"2\r\nab\r\n", b"3\r\ncde\r\n0\r\n\r\n")
    assert pendo.exchanges()[0].envelope.body == b"abcde"


def test_expect_continue_is_answered(pendo, key):
    head = b"POST /data/guide.gif/%b HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n" % key
    with connected(pendo.emulator) as connection:
        connection.sendall(head)
        assert connection.recv(99) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        assert statuses(connection.recv(999)) == [200]


@pytest.mark.parametrize(
    ("head", "closes"),
    [(b"", False), (b"Connection: close\r\n", True), (b"Upgrade: h2c\r\nConnection: Upgrade\r\n", False)],
)
def test_connection_stays_open_unless_client_closes_it(pendo, key, head, closes):
    with connected(pendo.emulator) as connection:
        for _ in range(1 if closes else 3):
            connection.sendall(GET % key + head + b"\r\n")
            assert statuses(connection.recv(9999)) == [200]
        connection.settimeout(10 if closes else 0.05)
        if closes:
            assert connection.recv(1) == b""
        else:
            with pytest.raises(TimeoutError):
                connection.recv(1)


def test_http_1_0_connection_is_closed_after_response(pendo, key):
    with connected(pendo.emulator) as connection:
        connection.sendall((GET % key).replace(b"1.1", b"1.0") + b"\r\n")
        assert statuses(read_to_end(connection)) == [200]


def test_head_response_has_length_but_no_body(pendo, key):
    answer = send_all(pendo.emulator, (GET % key).replace(b"GET", b"HEAD") + b"\r\n")
    assert answer.endswith(b"\r\n\r\n")
    assert b"content-length: 42\r\n" in answer


@pytest.mark.parametrize(
    ("sent", "status", "rule"),
    [
        (GET.replace(b"v=1", b"jzb=" + b"A" * URL_LIMIT) + b"\r\n", 414, "url-size"),
        (GET + b"Cookie: " + b"c" * HEADER_LIMIT + b"\r\n\r\n", 431, "header-size"),
        (GET + b"Cookie: " + b"c" * HEADER_LIMIT * 5, 431, "head"),
        (POST + b"Content-Length: %d\r\n\r\n" % (BODY_LIMIT + 1) + b" " * (BODY_LIMIT + 1), 413, "body-size"),
        (POST + b"Content-Length: 9\r\n\r\n{", 400, "body-cut"),
        (b"\0\1\2 this is no HTTP\r\n\r\n", 400, "http"),
        (b"GET / HT", 400, "http"),
        (GET + b"no colon\r\n\r\n", 400, "http"),
    ],
)  # fmt: skip
def test_oversized_or_malformed_request_is_answered_and_recorded(sent, status, rule):
    with Emulator() as emulator:
        assert statuses(send_all(emulator, sent.replace(b"%b", b"k"))) == [status]
        (exchange,) = emulator.recorder.read(Query(good=False))
        assert (exchange.status, exchange.beacon.decode_errors[0].rule) == (status, rule)


def test_endless_body_is_cut_off(pendo, key):
    with connected(pendo.emulator) as connection:
        connection.sendall(POST % key + b"Transfer-Encoding: chunked\r\n\r\n")
        piece = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        try:
            for _ in range(DRAIN_LIMIT // 0x100000 + 40):
                connection.sendall(piece)
        except OSError:
            pass
        pendo.wait(good=False)
    assert pendo.exchanges()[0].beacon.decode_errors[0].rule == "body-size"


@pytest.mark.parametrize("sent", [b"GET /da", b"POST /data/guide.gif/k HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"])
def test_slow_request_is_answered_and_recorded(sent):
    with Emulator(limits=Limits(head=0.1, request=0.1)) as emulator, connected(emulator) as connection:
        connection.sendall(sent)
        assert statuses(read_to_end(connection)) == [408]
        assert [x.beacon.decode_errors[0].rule for x in emulator.recorder.read(Query())] == ["slow"]


def test_idle_connection_is_closed():
    with Emulator(limits=Limits(idle=0.1)) as emulator, connected(emulator) as connection:
        assert read_to_end(connection) == b""
        assert emulator.recorder.count(Query()) == 0


def test_stalled_tls_handshake_is_closed(tls_emulator):
    with (
        Emulator(authority=tls_emulator.authority, limits=Limits(head=0.1)) as emulator,
        connected(emulator) as connection,
    ):
        connection.sendall(b"\x16\x03\x01")
        assert read_to_end(connection) == b""


def test_connections_over_limit_get_503_or_are_reset(wait_until):
    with Emulator(limits=Limits(connections=2)) as emulator, ExitStack() as stack:
        several = [stack.enter_context(connected(emulator)) for _ in range(4)]
        wait_until(lambda: emulator.connections == 4)
        with suppress(ConnectionError), connected(emulator) as far_too_many:
            assert far_too_many.recv(9999) == b""
        for connection in several:
            connection.sendall(GET % b"k" + b"Connection: close\r\n\r\n")
        assert [statuses(read_to_end(connection)) for connection in several] == [[200], [200], [503], [503]]
        recorded = [x.beacon.decode_errors[0].rule for x in emulator.recorder.read(Query()) if x.beacon.decode_errors]
        assert recorded == ["connections"] * 2


def test_connection_with_partial_request_is_not_idle():
    with Emulator(limits=Limits(idle=0.1, request=20)) as emulator, connected(emulator) as connection:
        connection.sendall(POST % b"k" + b"Content-Length: 2\r\n\r\n{")
        requests.get(f"{emulator.url}/_emulator/keys/k/wait?timeout=2.5", timeout=5)
        connection.sendall(b"}")
        assert b"x-emulator-verdict" in connection.recv(9999)


def test_chunked_body_without_last_chunk_is_malformed(pendo, key):
    assert statuses(send_all(pendo.emulator, POST % key + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")) == [400]
    assert [x.beacon.decode_errors[0].rule for x in pendo.exchanges()] == ["http"]


def test_control_api_accepts_chunked_bodies(pendo, key):
    path = b"PUT /_emulator/keys/%b/faults HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" % key
    assert statuses(send_all(pendo.emulator, path + b'11\r\n[{"status": 503}]\r\n0\r\n\r\n')) == [200]


def test_connection_is_closed_after_refused_connect(pendo):
    with connected(pendo.emulator) as connection, suppress(ConnectionError):
        connection.sendall(b"CONNECT evil.example:443 HTTP/1.1\r\n\r\n")
        assert statuses(read_to_end(connection)) == [403]


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


def test_reset_of_a_closed_connection_causes_no_error(pendo, key, wait_until, caplog):
    pendo.fault(reset=True)
    wait = b"GET /_emulator/keys/nobody/wait?timeout=0.3 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connected(pendo.emulator) as connection:
        connection.sendall(wait + GET % key + b"\r\n")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_until(lambda: len(pendo.exchanges()) == 1)
    assert "a response could not be sent" not in caplog.text


def test_client_that_does_not_read_does_not_delay_others(pendo, key):
    script = b"GET /agent/static/%b/pendo.js HTTP/1.1\r\nHost: cdn.pendo.io\r\n\r\n" % key
    with connected(pendo.emulator) as connection:
        connection.sendall(script * 500)
        assert requests.get(f"{pendo.url}/healthz", timeout=5).status_code == 200


def test_tls_may_arrive_byte_by_byte(tls_emulator):
    context = ssl.create_default_context(cadata=tls_emulator.authority.pem.decode())
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname="data.pendo.io")
    with connected(tls_emulator) as connection:

        def exchange(step):
            while True:
                try:
                    return step()
                except ssl.SSLWantReadError:
                    for byte in outgoing.read():
                        connection.sendall(bytes([byte]))
                    incoming.write(connection.recv(65536))

        exchange(client.do_handshake)
        client.write(GET % b"k" + b"\r\n")
        assert statuses(exchange(client.read)) == [200]
