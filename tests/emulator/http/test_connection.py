"""HTTP over a socket of one's own: order, limits, patience."""

import re
import socket
import ssl
import struct
from contextlib import ExitStack, contextmanager, suppress

import pytest
import requests

from pendo_contracts.beacon import BODY_LIMIT, HEADER_LIMIT, URL_LIMIT
from pendo_emulator.http.request import DRAIN_LIMIT
from pendo_emulator.limits import Limits
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query

GET = b"GET /data/guide.gif/%b?v=1&ct=1 HTTP/1.1\r\nHost: data.pendo.io\r\n"
POST = GET.replace(b"GET", b"POST")


@contextmanager
def dialled(emulator):
    with socket.create_connection((emulator.host, emulator.port), timeout=10) as connection:
        yield connection


def read(connection):
    """Read until the emulator has nothing more to say."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def say(emulator, *pieces):
    """Say something, and no more; give the answer."""
    with dialled(emulator) as connection:
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        return read(connection)


def statuses(answer):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answer)]


@pytest.fixture
def key(pendo):
    return pendo.api_key.encode()


def test_many_requests_at_once_are_answered_in_their_order(pendo, key):
    pendo.fault(method="HEAD", delay=0.05)
    asked = b"".join(GET.replace(b"v=1", b"n=%d" % n) % key + b"\r\n" for n in range(40))
    answer = say(pendo.emulator, GET.replace(b"GET", b"HEAD") % key + b"\r\n", asked)
    assert statuses(answer) == [200] * 41
    numbers = [int(number) for number in re.findall(rb"x-emulator-exchange: (\d+)", answer)]
    assert numbers == [exchange.id for exchange in pendo.exchanges()]


def test_a_request_may_come_a_byte_at_a_time(pendo, key):
    request = b"POST /data/guide.gif/%b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabcde" % key
    assert statuses(say(pendo.emulator, *(bytes([byte]) for byte in request))) == [400]
    assert pendo.exchanges()[0].envelope.body == b"abcde"


def test_a_body_in_chunks_is_put_together(pendo, key):
    head = b"POST /data/guide.gif/%b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" % key
    say(pendo.emulator, head, b"2\r\nab\r\n", b"3\r\ncde\r\n0\r\n\r\n")
    assert pendo.exchanges()[0].envelope.body == b"abcde"


def test_whoever_waits_for_leave_to_send_a_body_gets_it(pendo, key):
    head = b"POST /data/guide.gif/%b HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n" % key
    with dialled(pendo.emulator) as connection:
        connection.sendall(head)
        assert connection.recv(99) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        assert statuses(connection.recv(999)) == [200]


@pytest.mark.parametrize(
    ("head", "closes"),
    [(b"", False), (b"Connection: close\r\n", True), (b"Upgrade: h2c\r\nConnection: Upgrade\r\n", False)],
)
def test_a_connection_is_kept_unless_the_client_will_not(pendo, key, head, closes):
    with dialled(pendo.emulator) as connection:
        for _ in range(1 if closes else 3):
            connection.sendall(GET % key + head + b"\r\n")
            assert statuses(connection.recv(9999)) == [200]
        connection.settimeout(10 if closes else 0.05)
        if closes:
            assert connection.recv(1) == b""
        else:
            with pytest.raises(TimeoutError):
                connection.recv(1)


def test_http_1_0_is_answered_and_over(pendo, key):
    with dialled(pendo.emulator) as connection:
        connection.sendall((GET % key).replace(b"1.1", b"1.0") + b"\r\n")
        assert statuses(read(connection)) == [200]


def test_what_is_asked_with_head_has_no_body_and_the_length_of_one(pendo, key):
    answer = say(pendo.emulator, (GET % key).replace(b"GET", b"HEAD") + b"\r\n")
    assert answer.endswith(b"\r\n\r\n")
    assert b"content-length: 42\r\n" in answer


@pytest.mark.parametrize(
    ("said", "status", "rule"),
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
def test_what_is_too_much_or_no_request_is_answered_and_recorded_as_bad(said, status, rule):
    with Emulator() as emulator:
        assert statuses(say(emulator, said.replace(b"%b", b"k"))) == [status]
        (exchange,) = emulator.recorder.read(Query(good=False))
        assert (exchange.status, exchange.beacon.decode_errors[0].rule) == (status, rule)


def test_a_body_without_end_is_cut_off(pendo, key):
    with dialled(pendo.emulator) as connection:
        connection.sendall(POST % key + b"Transfer-Encoding: chunked\r\n\r\n")
        piece = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        try:
            for _ in range(DRAIN_LIMIT // 0x100000 + 40):
                connection.sendall(piece)
        except OSError:
            pass
        pendo.wait(good=False)
    assert pendo.exchanges()[0].beacon.decode_errors[0].rule == "body-size"


@pytest.mark.parametrize("said", [b"GET /da", b"POST /data/guide.gif/k HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"])
def test_who_takes_too_long_is_told_so_and_recorded(said):
    with Emulator(limits=Limits(head=0.1, request=0.1)) as emulator, dialled(emulator) as connection:
        connection.sendall(said)
        assert statuses(read(connection)) == [408]
        assert [x.beacon.decode_errors[0].rule for x in emulator.recorder.read(Query())] == ["slow"]


def test_who_says_nothing_is_let_go():
    with Emulator(limits=Limits(idle=0.1)) as emulator, dialled(emulator) as connection:
        assert read(connection) == b""
        assert emulator.recorder.count(Query()) == 0


def test_who_begins_tls_and_goes_no_further_is_let_go(secure):
    with Emulator(authority=secure.authority, limits=Limits(head=0.1)) as emulator, dialled(emulator) as connection:
        connection.sendall(b"\x16\x03\x01")
        assert read(connection) == b""


def test_too_many_connections_are_told_so_and_far_too_many_are_not_heard(until):
    with Emulator(limits=Limits(connections=2)) as emulator, ExitStack() as stack:
        several = [stack.enter_context(dialled(emulator)) for _ in range(4)]
        until(lambda: emulator.connections == 4)
        with suppress(ConnectionError), dialled(emulator) as far_too_many:
            assert far_too_many.recv(9999) == b""
        for connection in several:
            connection.sendall(GET % b"k" + b"Connection: close\r\n\r\n")
        assert [statuses(read(connection)) for connection in several] == [[200], [200], [503], [503]]
        recorded = [x.beacon.decode_errors[0].rule for x in emulator.recorder.read(Query()) if x.beacon.decode_errors]
        assert recorded == ["connections"] * 2


def test_whoever_takes_long_within_a_request_is_not_idle():
    with Emulator(limits=Limits(idle=0.1, request=20)) as emulator, dialled(emulator) as connection:
        connection.sendall(POST % b"k" + b"Content-Length: 2\r\n\r\n{")
        requests.get(f"{emulator.url}/_emulator/keys/k/wait?timeout=2.5", timeout=5)
        connection.sendall(b"}")
        assert b"x-emulator-verdict" in connection.recv(9999)


def test_a_body_in_chunks_without_the_last_is_none(pendo, key):
    assert statuses(say(pendo.emulator, POST % key + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")) == [400]
    assert [x.beacon.decode_errors[0].rule for x in pendo.exchanges()] == ["http"]


def test_chunks_reach_the_control_api(pendo, key):
    path = b"PUT /_emulator/keys/%b/faults HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" % key
    assert statuses(say(pendo.emulator, path + b'11\r\n[{"status": 503}]\r\n0\r\n\r\n')) == [200]


def test_what_follows_a_refused_connect_is_not_kept(pendo):
    with dialled(pendo.emulator) as connection, suppress(ConnectionError):
        connection.sendall(b"CONNECT evil.example:443 HTTP/1.1\r\n\r\n")
        assert statuses(read(connection)) == [403]


@pytest.mark.parametrize(
    "asked", [b"GET /_emulator/keys/k/wait?timeout=9", b"GET /_emulator/keys", b"GET /agent/static/k/pendo.js"]
)
def test_nobody_can_send_ahead_without_end(asked):
    with Emulator() as emulator, dialled(emulator) as connection:
        connection.settimeout(1)
        with suppress(TimeoutError):
            for _ in range(1000):
                connection.sendall((asked + b" HTTP/1.1\r\nHost: localhost\r\n\r\n") * 1000)
            raise AssertionError("a million requests were taken in advance")
        (one,) = emulator._listener._open
        assert len(one._waiting) < 20_000


def test_what_was_taken_is_recorded_though_nobody_is_there_for_the_answer(pendo, key, until):
    pendo.fault(delay=30, times=1)
    with dialled(pendo.emulator) as connection:
        connection.sendall((GET % key + b"\r\n") * 3)
        pendo.wait(count=1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    until(lambda: len(pendo.exchanges()) == 3)


def test_a_reset_of_a_connection_that_is_gone_harms_nobody(pendo, key, until, caplog):
    pendo.fault(reset=True)
    wait = b"GET /_emulator/keys/nobody/wait?timeout=0.3 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with dialled(pendo.emulator) as connection:
        connection.sendall(wait + GET % key + b"\r\n")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    until(lambda: len(pendo.exchanges()) == 1)
    assert "an answer could not be given" not in caplog.text


def test_who_does_not_read_keeps_nobody_waiting(pendo, key):
    script = b"GET /agent/static/%b/pendo.js HTTP/1.1\r\nHost: cdn.pendo.io\r\n\r\n" % key
    with dialled(pendo.emulator) as connection:
        connection.sendall(script * 500)
        assert requests.get(f"{pendo.url}/healthz", timeout=5).status_code == 200


def test_tls_may_come_a_byte_at_a_time(secure):
    context = ssl.create_default_context(cadata=secure.authority.pem.decode())
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname="data.pendo.io")
    with dialled(secure) as connection:

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
