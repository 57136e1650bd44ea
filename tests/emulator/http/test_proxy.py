import socket
import struct

import pytest
import requests

from pendo_emulator.storage.query import Query
from tests.emulator.http.raw_connection import read_to_end, statuses

PATH = "/agent/static/k/config.json"
CONNECT = b"CONNECT data.pendo.io:443 HTTP/1.1\r\nHost: data.pendo.io:443\r\n\r\n"
GET = b"GET /data/guide.gif/nested?v=1&ct=1 HTTP/1.1\r\nHost: data.pendo.io\r\n"


@pytest.fixture
def ask(tls_emulator, child_variables):
    """Return a function that sends a request through the emulator as the proxy."""

    def get(url):
        with requests.Session() as session:
            session.trust_env = False
            proxies = {"http": tls_emulator.url, "https": tls_emulator.url}
            return session.get(url, proxies=proxies, verify=child_variables["REQUESTS_CA_BUNDLE"], timeout=30)

    return get


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("host", "data_host"),
    [("cdn.eu.pendo.io", "data.eu.pendo.io"), ("content.customer.example", "data.customer.example")],
)
def test_proxy_reaches_the_emulators_hosts(ask, scheme, host, data_host):
    assert ask(f"{scheme}://{host}{PATH}").json()["dataHost"] == f"https://{data_host}"


def test_proxied_request_is_recorded_with_its_url(ask, tls_emulator):
    ask("https://data.eu.pendo.io/data/ptm.gif/proxied?v=1&jzb=%20")
    (exchange,) = tls_emulator.recorder.read(Query(api_key="proxied"), 9)
    assert exchange.envelope.url == "https://data.eu.pendo.io/data/ptm.gif/proxied?v=1&jzb=%20"


def test_proxy_refuses_other_hosts_with_a_reason(ask, caplog):
    reason = "api.segment.io is neither a Pendo host nor a --cname host: the proxy does not forward requests to it"
    with pytest.raises(requests.exceptions.ProxyError, match=reason):
        ask("https://api.segment.io/v1/t")
    assert (ask("http://api.segment.io/v1/t").status_code, ask("http://api.segment.io/").text) == (403, f"{reason}\n")
    assert reason in caplog.text


def test_proxy_reaches_only_the_emulators_port_on_this_machine(ask, tls_emulator):
    assert ask(f"{tls_emulator.control_url}/health").json()["status"] == "ok"
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert ask(f"http://127.0.0.1:{other.getsockname()[1]}/").status_code == 403


@pytest.fixture
def log_is_clean(caplog):
    """Fail if a traceback was logged."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.exc_info] == []


@pytest.mark.usefixtures("log_is_clean")
def test_thousands_of_nested_tunnels_are_opened(pendo_server):
    with socket.create_connection((pendo_server.host, pendo_server.port), timeout=20) as connection:
        connection.sendall(CONNECT * 3000 + GET + b"Connection: close\r\n\r\n")
        answers = read_to_end(connection)
    assert answers.count(b"200 Connection established") == 3000
    assert answers.endswith(b";")


@pytest.mark.usefixtures("log_is_clean")
def test_thousands_of_refusals_behind_a_long_poll_are_sent(pendo_server):
    poll = b"GET /_emulator/keys/nobody/wait?timeout=0.5 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    refused = b"GET http://a.b/ HTTP/1.1\r\n\r\n"
    with socket.create_connection((pendo_server.host, pendo_server.port), timeout=20) as connection:
        connection.sendall(poll + refused * 3000)
        connection.shutdown(socket.SHUT_WR)
        assert statuses(read_to_end(connection))[1:] == [403] * 3000


@pytest.mark.usefixtures("log_is_clean")
@pytest.mark.parametrize("resets", [False, True])
@pytest.mark.parametrize("closing", [b"", b"Connection: close\r\n"])
@pytest.mark.parametrize("inside", [b"", GET + b"\r\n", CONNECT])
def test_connect_on_a_closed_connection_is_ignored(pendo, wait_until, closing, inside, resets):
    # Other tests may leave connections open.
    before = pendo.emulator.connections
    first = GET.replace(b"nested", pendo.api_key.encode()) + b"\r\n"
    poll = b"GET /_emulator/keys/nobody/wait?timeout=0.2 HTTP/1.1\r\nHost: localhost\r\n" + closing + b"\r\n"
    with socket.create_connection((pendo.emulator.host, pendo.emulator.port), timeout=30) as connection:
        connection.sendall(first + poll + CONNECT + inside)
        pendo.wait(count=1)
        if resets:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            connection.shutdown(socket.SHUT_WR)
            read_to_end(connection)
    requests.get(f"{pendo.emulator.control_url}/keys/nobody/wait?timeout=0.3", timeout=30)
    wait_until(lambda: pendo.emulator.connections <= max(before, 1))
