import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager

import pytest
import requests

from pendo_emulator.server import Emulator
from pendo_emulator.tls.authority import Authority

HEAD = b"POST /data/errorlog?apiKey=k HTTP/1.1\r\nHost: data.pendo.io\r\nContent-Length: 99\r\n\r\n{"


@pytest.fixture
def dial(tls_emulator):
    """Open a connection to the emulator, with TLS if a host name is given."""
    context = ssl.create_default_context(cadata=tls_emulator.authority.pem.decode())

    def connect(name=None):
        connection = socket.create_connection((tls_emulator.host, tls_emulator.port), timeout=30)
        return context.wrap_socket(connection, server_hostname=name) if name else connection

    return connect


@pytest.fixture
def settled(tls_emulator, wait_until):
    """Run a block, then wait until the emulator has closed the connections it opened."""

    @contextmanager
    def settle():
        before = tls_emulator.connections
        yield
        wait_until(lambda: tls_emulator.connections <= before)

    return settle


def s_client(tls_emulator, *options):
    command = ["openssl", "s_client", "-connect", f"{tls_emulator.host}:{tls_emulator.port}", *options]
    return subprocess.run(command, input="", capture_output=True, text=True, check=False)


@pytest.mark.parametrize("options", [["-servername", "no.such.example"], ["-noservername"]])
def test_unknown_and_missing_server_names_are_refused(tls_emulator, settled, caplog, options):
    with settled():
        assert "unrecognized name" in s_client(tls_emulator, *options).stderr
    shown = "no.such.example" if "no.such.example" in options else "a client that sends no server name"
    names = "pendo.io, content.customer.example, data.customer.example"
    refused = [message for message in caplog.messages if "TLS" in message]
    assert refused == [f"TLS refused: no certificate for {shown}, only for {names}"]


def test_client_that_does_not_trust_the_authority_is_logged(tls_emulator, settled, caplog):
    with settled():
        s_client(tls_emulator, "-servername", "cdn.pendo.io", "-verify_return_error")
    assert "the client does not trust the emulator's authority, see `pendo-emulator ca`" in caplog.text


@pytest.mark.parametrize("name", ["cdn.eu.pendo.io", "cdn.us1.pendo.io", "data.customer.example"])
def test_each_host_gets_its_own_certificate(dial, name):
    with dial(name) as connection:
        assert connection.getpeercert()["subjectAltName"] == (("DNS", name),)


def test_client_rejects_certificate_outside_name_constraints(ca_folder, child_variables):
    with Emulator(cnames=["outside.example"], authority=Authority.open(ca_folder)) as emulator:
        curl = ["curl", "-sS", "--proxy", emulator.url, "https://outside.example/"]
        done = subprocess.run(curl, env=child_variables, capture_output=True, text=True, check=False)
    assert "permitted subtree violation" in done.stderr


def test_plain_http_works_on_the_same_port(tls_emulator):
    assert requests.get(f"{tls_emulator.control_url}/health", timeout=30).json()["status"] == "ok"


def test_connect_inside_tls_is_refused(dial):
    with dial("app.pendo.io") as connection:
        connection.sendall(b"CONNECT data.pendo.io:443 HTTP/1.1\r\n\r\n")
        assert connection.recv(99).startswith(b"HTTP/1.1 400 connect to the proxy by plain HTTP, not TLS")


@pytest.mark.parametrize(
    ("bytes_sent", "line"),
    [
        (b"\x16\x03\x01", "TLS with 127.0.0.1 failed"),
        (b"\x16 is the first byte of TLS, but this is not TLS", "wrong version number"),
        (b"\x00\x01\r\n\r\n", "the data is not an HTTP request"),
        (b"GET / HT", "or only the beginning of one"),
        (HEAD, "127.0.0.1 hung up in the middle of a body"),
    ],
)
def test_garbage_and_partial_requests_are_logged_and_closed(dial, settled, wait_until, caplog, bytes_sent, line):
    caplog.set_level("INFO")
    with settled(), dial() as connection:
        connection.sendall(bytes_sent)
    wait_until(lambda: line in caplog.text)


def test_disconnect_during_the_handshake_is_logged(ca_folder, wait_until, caplog):
    with Emulator(authority=Authority.open(ca_folder)) as emulator:
        with socket.create_connection((emulator.host, emulator.port), timeout=30) as connection:
            connection.sendall(b"\x16\x03\x01")
        wait_until(lambda: "the client hung up in the handshake" in caplog.text)


@pytest.mark.parametrize(
    "before", [b"", b"GET http://data.pendo.io/data/guide.gif/k HTTP/1.1\r\nHost: data.pendo.io\r\n\r\n"]
)
def test_bytes_after_connect_belong_to_the_tunnel(tls_emulator, before):
    tunnelled = (
        b"CONNECT data.pendo.io:80 HTTP/1.1\r\n\r\nGET /data/guide.gif/k HTTP/1.0\r\nHost: data.pendo.io\r\n\r\n"
    )
    with socket.create_connection((tls_emulator.host, tls_emulator.port), timeout=30) as connection:
        connection.sendall(before + tunnelled)
        responses = b"".join(iter(lambda: connection.recv(65536), b""))
    assert responses.count(b"HTTP/1.1 200") == 2 + bool(before)
    assert responses.count(b"x-emulator-exchange") == 1 + bool(before)


def test_disconnect_during_a_body_over_tls_is_logged(dial, settled, wait_until, caplog):
    caplog.set_level("INFO")
    with settled(), dial("data.pendo.io") as connection:
        connection.sendall(HEAD)
    wait_until(lambda: "127.0.0.1 hung up in the middle of a body" in caplog.text)


def test_slow_handshake_does_not_block_others(dial, settled):
    with settled(), dial() as slow:
        slow.sendall(b"\x16")
        with dial("app.pendo.io") as other:
            other.sendall(b"GET /_emulator/health HTTP/1.0\r\n\r\n")
            assert other.recv(15) == b"HTTP/1.1 200 OK"


def test_stopping_closes_connections_and_ends_threads(ca_folder):
    before = set(threading.enumerate())
    with Emulator(authority=Authority.open(ca_folder)) as emulator:
        idle = socket.create_connection((emulator.host, emulator.port), timeout=30)
        requests.get(f"{emulator.control_url}/health", timeout=30)
    with idle:
        assert idle.recv(1) == b""
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive()
