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
def dial(secure):
    """Open a connection to the emulator, with TLS where a name is given."""
    context = ssl.create_default_context(cadata=secure.authority.pem.decode())

    def connect(name=None):
        connection = socket.create_connection((secure.host, secure.port), timeout=5)
        return context.wrap_socket(connection, server_hostname=name) if name else connection

    return connect


@pytest.fixture
def settled(secure, until):
    """Run a block and wait until the emulator has done with its connections."""

    @contextmanager
    def watch():
        before = secure.connections
        yield
        until(lambda: secure.connections <= before)

    return watch


def s_client(secure, *words):
    command = ["openssl", "s_client", "-connect", f"{secure.host}:{secure.port}", *words]
    return subprocess.run(command, input="", capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [["-servername", "no.such.example"], ["-noservername"]])
def test_an_unknown_name_or_none_is_refused_in_one_clear_line(secure, settled, caplog, words):
    with settled():
        assert "unrecognized name" in s_client(secure, *words).stderr
    whom = "no.such.example" if "no.such.example" in words else "a client that names no host"
    names = "pendo.io, content.customer.example, data.customer.example"
    refused = [message for message in caplog.messages if "TLS" in message]
    assert refused == [f"TLS refused: there is no certificate for {whom}, only for {names}"]


def test_a_client_that_does_not_trust_the_authority_is_told_of_in_the_log(secure, settled, caplog):
    with settled():
        s_client(secure, "-servername", "cdn.pendo.io", "-verify_return_error")
    assert "the client does not trust the emulator's authority, see `pendo-emulator ca`" in caplog.text


@pytest.mark.parametrize("name", ["cdn.eu.pendo.io", "cdn.us1.pendo.io", "data.customer.example"])
def test_each_name_has_a_certificate_of_its_own(dial, name):
    with dial(name) as connection:
        assert connection.getpeercert()["subjectAltName"] == (("DNS", name),)


def test_a_client_refuses_a_name_that_the_emulator_has_and_its_authority_may_not_vouch_for(ca_folder, wired):
    with Emulator(cnames=["outside.example"], authority=Authority.open(ca_folder)) as emulator:
        curl = ["curl", "-sS", "--proxy", emulator.url, "https://outside.example/"]
        done = subprocess.run(curl, env=wired, capture_output=True, text=True, check=False)
    assert "permitted subtree violation" in done.stderr


def test_plain_http_is_answered_on_the_same_port(secure):
    assert requests.get(f"{secure.control_url}/health", timeout=5).json()["status"] == "ok"


def test_a_tunnel_within_tls_is_refused_with_a_reason(dial):
    with dial("app.pendo.io") as connection:
        connection.sendall(b"CONNECT data.pendo.io:443 HTTP/1.1\r\n\r\n")
        assert connection.recv(99).startswith(b"HTTP/1.1 400 the proxy speaks plain HTTP itself")


@pytest.mark.parametrize(
    ("bytes_sent", "line"),
    [
        (b"\x16\x03\x01", "TLS with 127.0.0.1 failed"),
        (b"\x16 is how TLS begins, but this is none", "wrong version number"),
        (b"\x00\x01\r\n\r\n", "what came is no HTTP request"),
        (b"GET / HT", "or only the beginning of one"),
        (HEAD, "127.0.0.1 hung up in the middle of a body"),
    ],
)
def test_what_is_neither_tls_nor_http_or_ends_too_early_takes_a_log_line_and_no_connection(
    dial, settled, until, caplog, bytes_sent, line
):
    caplog.set_level("INFO")
    with settled(), dial() as connection:
        connection.sendall(bytes_sent)
    until(lambda: line in caplog.text)


def test_a_client_that_hangs_up_while_the_first_certificates_are_made_takes_a_log_line(ca_folder, until, caplog):
    with Emulator(authority=Authority.open(ca_folder)) as emulator:
        with socket.create_connection((emulator.host, emulator.port), timeout=5) as connection:
            connection.sendall(b"\x16\x03\x01")
        until(lambda: "the client hung up in the handshake" in caplog.text)


@pytest.mark.parametrize(
    "before", [b"", b"GET http://data.pendo.io/data/guide.gif/k HTTP/1.1\r\nHost: data.pendo.io\r\n\r\n"]
)
def test_what_follows_a_connect_in_one_packet_is_said_in_the_tunnel(secure, before):
    asked = b"CONNECT data.pendo.io:80 HTTP/1.1\r\n\r\nGET /data/guide.gif/k HTTP/1.0\r\nHost: data.pendo.io\r\n\r\n"
    with socket.create_connection((secure.host, secure.port), timeout=5) as connection:
        connection.sendall(before + asked)
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answers.count(b"HTTP/1.1 200") == 2 + bool(before)
    assert answers.count(b"x-emulator-exchange") == 1 + bool(before)


def test_a_client_that_hangs_up_in_the_middle_of_its_body_within_tls(dial, settled, until, caplog):
    caplog.set_level("INFO")
    with settled(), dial("data.pendo.io") as connection:
        connection.sendall(HEAD)
    until(lambda: "127.0.0.1 hung up in the middle of a body" in caplog.text)


def test_a_handshake_that_dawdles_keeps_nobody_waiting(dial, settled):
    with settled(), dial() as dawdler:
        dawdler.sendall(b"\x16")
        with dial("app.pendo.io") as other:
            other.sendall(b"GET /_emulator/health HTTP/1.0\r\n\r\n")
            assert other.recv(15) == b"HTTP/1.1 200 OK"


def test_no_connection_outlives_the_emulator(ca_folder):
    before = set(threading.enumerate())
    with Emulator(authority=Authority.open(ca_folder)) as emulator:
        idle = socket.create_connection((emulator.host, emulator.port), timeout=5)
        requests.get(f"{emulator.control_url}/health", timeout=5)
    with idle:
        assert idle.recv(1) == b""
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive()
