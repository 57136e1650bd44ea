"""Limits of a connection: the size and time of requests, idle time and the number of connections."""

from contextlib import ExitStack, suppress

import pytest
import requests

from pendo_contracts.wire.beacon import BODY_LIMIT, HEADER_LIMIT, URL_LIMIT
from pendo_emulator.http.request import DRAIN_LIMIT
from pendo_emulator.limits import Limits
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query
from tests.emulator.http.raw_connection import GET, POST, connected, read_to_end, send_all, statuses


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


@pytest.mark.parametrize("rejected", [b"this is no HTTP\r\n\r\n", GET + b"Cookie: " + b"c" * HEADER_LIMIT * 5])
def test_client_that_goes_on_sending_reads_the_answer_to_its_rejected_request(pendo, key, rejected):
    with connected(pendo.emulator) as connection:
        connection.sendall(rejected.replace(b"%b", key))
        for _ in range(3):
            connection.sendall(b"more")
        assert statuses(read_to_end(connection)) in ([400], [431])
        for _ in range(3):
            connection.sendall(b"more")
            assert connection.recv(1) == b""


def test_client_that_never_ends_its_rejected_request_is_closed(wait_until):
    with Emulator(limits=Limits(idle=0.2)) as emulator, connected(emulator) as connection:
        connection.sendall(b"this is no HTTP\r\n\r\n")
        assert statuses(read_to_end(connection)) == [400]
        wait_until(lambda: not can_send(connection))


def can_send(connection):
    try:
        connection.sendall(b"more")
    except ConnectionError:
        return False
    return True


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
        requests.get(f"{emulator.url}/_emulator/keys/k/wait?timeout=2.5", timeout=30)
        connection.sendall(b"}")
        assert b"x-emulator-verdict" in connection.recv(9999)
