"""HTTP/1 over a raw socket, in plain text and over TLS."""

import socket
import ssl
import struct
from contextlib import suppress

import pytest

from tests.emulator.http.raw_connection import GET, POST, connected, read_to_end, send_all, statuses


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


def test_reset_of_a_closed_connection_causes_no_error(pendo, key, wait_until, caplog):
    pendo.fault(reset=True)
    wait = b"GET /_emulator/keys/nobody/wait?timeout=0.3 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connected(pendo.emulator) as connection:
        connection.sendall(wait + GET % key + b"\r\n")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_until(lambda: len(pendo.exchanges()) == 1)
    assert "a response could not be sent" not in caplog.text


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
