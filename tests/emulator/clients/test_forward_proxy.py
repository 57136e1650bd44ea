import os
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests

from pendo_emulator.api_key_space import Space
from pendo_emulator.clients.forward_proxy import ForwardProxy

PATH = "/agent/static/k/config.json"
COMMAND = Path(sys.executable).parent / "pendo-emulator"


class Handler(BaseHTTPRequestHandler):
    """Records each request line with its Proxy-Authorization, and answers with its body."""

    def do_POST(self):
        self.server.seen.append((self.requestline, self.headers.get("proxy-authorization")))
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - the names of http.server
    do_CONNECT = do_POST  # noqa: N815 - the names of http.server

    def log_message(self, *_):
        pass


@pytest.fixture
def other():
    """Run a server that is not the emulator; `seen` lists its requests."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.seen = []
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def session(tls_emulator, child_variables):
    """Return a session that sends all requests through a forward proxy that has no parent proxy."""
    with ForwardProxy(tls_emulator, {}) as proxy, requests.Session() as opened:
        opened.trust_env = False
        opened.proxies = {"http": proxy.url, "https": proxy.url}
        opened.verify = child_variables["REQUESTS_CA_BUNDLE"]
        yield opened


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["cdn.eu.pendo.io", "content.customer.example"])
def test_emulators_hosts_are_reached(session, scheme, host):
    assert "dataHost" in session.get(f"{scheme}://{host}{PATH}", timeout=10).json()


def test_one_session_reaches_several_hosts_over_plain_http(session, other):
    for _ in range(2):
        assert session.post(f"{other.url}/own?a=b", data=b"x" * 300_000, timeout=10).content == b"x" * 300_000
        assert session.get(f"http://cdn.eu.pendo.io{PATH}", timeout=10).ok
    assert other.seen == [("POST /own?a=b HTTP/1.1", None)] * 2


def test_tunnel_to_another_host_carries_bytes_both_ways(session):
    host, port = session.proxies["http"].removeprefix("http://").split(":")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection((host, int(port))) as client:
        target = "127.0.0.1:{1}".format(*server.getsockname())
        client.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200 ")
        accepted, _ = server.accept()
        with accepted:
            client.sendall(b"\x16ping")
            assert accepted.recv(100) == b"\x16ping"
            accepted.sendall(b"pong")
            assert client.recv(100) == b"pong"


def test_requests_for_other_hosts_go_to_the_parents_proxy(tls_emulator, other):
    parent = other.url.replace("//", "//me:pass%20word@")
    with ForwardProxy(tls_emulator, {"http": parent, "https": parent, "no": "intranet.example, .0.0.1"}) as proxy:
        proxies = {"http": proxy.url, "https": proxy.url}
        assert requests.get("http://own.example/a", proxies=proxies, timeout=10).ok
        assert requests.get(f"http://cdn.eu.pendo.io{PATH}", proxies=proxies, timeout=10).ok
        with pytest.raises(requests.exceptions.RequestException):
            requests.get("https://own.example/", proxies=proxies, timeout=10)
        assert requests.get(f"{other.url}/direct", proxies=proxies, timeout=10).ok
    credentials = "Basic bWU6cGFzcyB3b3Jk"
    assert other.seen == [
        ("GET http://own.example/a HTTP/1.1", credentials),
        ("CONNECT own.example:443 HTTP/1.0", credentials),
        ("GET /direct HTTP/1.1", None),
    ]


@pytest.mark.parametrize("line", ["GET / HTTP/1.1", "x", "GET http://[::1 HTTP/1.1", "GET ftp://a/ HTTP/1.1"])
def test_requests_that_are_not_proxy_requests_are_rejected(session, line):
    host, port = session.proxies["http"].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"{line}\r\n\r\n".encode())
        assert client.recv(1000).startswith(b"HTTP/1.1 400 ")


def test_reset_by_the_emulator_reaches_the_client(session, tls_emulator):
    space = Space.fresh(tls_emulator)
    space.fault(reset=True)
    with pytest.raises(requests.ConnectionError):
        session.get(f"http://data.pendo.io/data/guide.gif/{space.api_key}", timeout=10)
    assert len(space.exchanges()) == 1


def test_exec_http_proxy_intercepts_only_requests_to_pendo_hosts(ca_folder, other):
    code = f"""
import requests
assert requests.get("http://cdn.pendo.io{PATH}", timeout=10).ok
assert requests.get("https://cdn.pendo.io{PATH}", timeout=10).ok
assert requests.get("http://own.example/", timeout=10).ok
"""
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        [COMMAND, "exec", "--http-proxy", "--ca-dir", ca_folder, "--", sys.executable, "-c", code],
        env=environment | {"HTTP_PROXY": other.url, "http_proxy": other.url},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "KEPT 2 requests, 0 events: every contract kept"), (
        done
    )
    assert [line for line, _ in other.seen] == ["GET http://own.example/ HTTP/1.1"]
