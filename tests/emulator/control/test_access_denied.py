"""Access to the control API: by host name, origin and token."""

import socket

import pytest
import requests

from pendo_contracts.common.access_policy import SECURITY_HEADERS, AccessPolicy, access_policy_for
from pendo_emulator.server import Emulator

GUARDED_PATHS = ["/_emulator/", "/_emulator/keys", "/_emulator/exchanges", "/_emulator/nothing", "/metrics"]


@pytest.fixture
def ask(pendo_server):
    """Send a request with some headers; return the response."""
    return lambda path, method="GET", **headers: requests.request(
        method, pendo_server.url + path, headers={name.replace("_", "-"): v for name, v in headers.items()}, timeout=5
    )


@pytest.mark.parametrize("path", GUARDED_PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "localhost.evil.example:8080"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://[::"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors"},
    ],
)
def test_pages_of_other_sites_are_denied(ask, path, headers):
    response = ask(path, **headers)
    assert (response.status_code, "problem" in response.headers["Content-Type"]) == (403, True)
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost:8080"},
        {"host": "127.0.0.1"},
        {"host": "[::1]:9"},
        {"origin": "http://localhost:3000"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"},
    ],
)
def test_requests_from_this_machine_are_allowed(ask, headers):
    assert ask("/_emulator/", **headers).status_code == 200


@pytest.mark.parametrize("path", [*GUARDED_PATHS, "/healthz"])
@pytest.mark.parametrize("host", ["data.pendo.io", "cdn.us1.pendo.io"])
def test_pendo_hosts_do_not_serve_the_control_api(ask, path, host):
    assert ask(path, host=host).status_code in {403, 404}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_checks_are_open_to_everyone(ask, path):
    assert ask(path, host="10.0.0.7:8080", origin="https://evil.example").status_code == 200


def test_allowed_host_has_access():
    access_policy = AccessPolicy(hosts=frozenset({"emulator"}))
    assert access_policy.check({"host": "emulator:8080", "origin": "http://emulator:8080"}) is None
    assert access_policy.check({"host": "other:8080"}).status == 403


@pytest.mark.parametrize(
    ("authorization", "status"), [("", 401), ("Bearer wrong", 401), ("Bearer \xe9", 401), ("Bearer right", 200)]
)
def test_token_replaces_the_host_check(authorization, status):
    with Emulator(access_policy=AccessPolicy(token="right")) as emulator:
        headers = {"Authorization": authorization.encode("latin-1"), "Host": "emulator.internal"}
        response = requests.get(f"{emulator.url}/_emulator/keys", headers=headers, timeout=30)
        assert response.status_code == status
        assert requests.get(f"{emulator.url}/healthz", timeout=30).status_code == 200


@pytest.mark.parametrize("path", [*GUARDED_PATHS, "/healthz", "/_emulator/keys/k/wait?count=x"])
def test_responses_carry_security_headers(ask, path):
    response = ask(path)
    assert {name: response.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_private_key_is_never_served(tls_emulator):
    index = requests.get(f"{tls_emulator.control_url}/", timeout=30).json()
    paths = [line.split()[1] for line in index if line.startswith("GET")] + ["/agent/static/k/pendo.js", "/metrics"]
    for path in paths:
        url = tls_emulator.url + path.replace("<api_key>", "k")
        with requests.get(url, timeout=20, stream=True) as response:
            is_endless = response.headers["content-type"].startswith("text/event-stream")
            assert is_endless or "PRIVATE KEY" not in response.text


def test_allowed_hosts_ignore_case():
    assert access_policy_for("127.0.0.1", ["CI.Example"], None).check({"host": "ci.example:8080"}) is None


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("DELETE", 403)])
def test_link_of_another_site_deletes_nothing(pendo, method, status):
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    path = f"/_emulator/keys/{pendo.api_key}/exchanges"
    assert requests.request(method, pendo.url + path, headers=link, timeout=30).status_code == status


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_emulator_that_other_machines_can_reach_requires_its_token(host):
    with Emulator(host=host) as emulator:
        url = f"{emulator.control_url}/keys"
        assert requests.get(url, timeout=30).status_code == 401
        assert requests.get(url, headers={"Authorization": f"Bearer {emulator.token}"}, timeout=30).status_code == 200


def test_emulator_of_this_machine_requires_no_token(pendo_server):
    assert pendo_server.token == ""
    assert requests.get(f"{pendo_server.control_url}/keys", timeout=30).status_code == 200


@pytest.mark.parametrize("trailer", ["Sec-Fetch-Site: same-origin", "Host: evil.example", "Origin: http://localhost"])
def test_trailers_are_not_headers(pendo_server, trailer):
    head = (
        "PUT /_emulator/keys/k/faults HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n"
        "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    for headers, status in ((head, b"403"), (head.replace("cross-site", "none"), b"200")):
        with socket.create_connection((pendo_server.host, pendo_server.port), timeout=30) as connection:
            connection.sendall(f"{headers}2\r\n[]\r\n0\r\n{trailer}\r\n\r\n".encode())
            assert connection.recv(9999).split(b" ")[1] == status
