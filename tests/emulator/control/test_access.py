"""Who may ask the emulator about itself."""

import pytest
import requests

from pendo_emulator.commands._shared.server import access_policy_for
from pendo_emulator.control.access import HEADERS, AccessPolicy
from pendo_emulator.server import Emulator

PRIVATE = ["/_emulator/", "/_emulator/keys", "/_emulator/exchanges", "/_emulator/nothing", "/metrics"]


@pytest.fixture
def ask(pendo_server):
    """Ask with some headers; give the answer."""
    return lambda path, method="GET", **headers: requests.request(
        method, pendo_server.url + path, headers={name.replace("_", "-"): v for name, v in headers.items()}, timeout=5
    )


@pytest.mark.parametrize("path", PRIVATE)
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
def test_pages_of_other_sites_may_not(ask, path, headers):
    answer = ask(path, **headers)
    assert (answer.status_code, "problem" in answer.headers["Content-Type"]) == (403, True)
    assert "Access-Control-Allow-Origin" not in answer.headers


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
def test_this_machine_may(ask, headers):
    assert ask("/_emulator/", **headers).status_code == 200


@pytest.mark.parametrize("path", [*PRIVATE, "/healthz"])
@pytest.mark.parametrize("host", ["data.pendo.io", "cdn.us1.pendo.io"])
def test_on_a_host_of_pendo_s_there_is_nothing_of_it(ask, path, host):
    assert ask(path, host=host).status_code in {403, 404}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_whether_it_lives_may_be_asked_from_anywhere(ask, path):
    assert ask(path, host="10.0.0.7:8080", origin="https://evil.example").status_code == 200


def test_a_further_name_is_allowed_when_it_is_given():
    access_policy = AccessPolicy(hosts=frozenset({"emulator"}))
    assert access_policy.check({"host": "emulator:8080", "origin": "http://emulator:8080"}) is None
    assert access_policy.check({"host": "emulated:8080"}).status == 403


@pytest.mark.parametrize(
    ("authorization", "status"), [("", 401), ("Bearer wrong", 401), ("Bearer \xe9", 401), ("Bearer right", 200)]
)
def test_where_there_is_a_token_it_is_what_counts(authorization, status):
    with Emulator(access_policy=AccessPolicy(token="right")) as emulator:
        headers = {"Authorization": authorization.encode("latin-1"), "Host": "emulator.internal"}
        answer = requests.get(f"{emulator.url}/_emulator/keys", headers=headers, timeout=5)
        assert answer.status_code == status
        assert requests.get(f"{emulator.url}/healthz", timeout=5).status_code == 200


@pytest.mark.parametrize("path", [*PRIVATE, "/healthz", "/_emulator/keys/k/wait?count=x"])
def test_no_browser_runs_frames_or_keeps_what_it_says(ask, path):
    answer = ask(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_the_authority_s_key_is_served_nowhere(secure):
    index = requests.get(f"{secure.control_url}/", timeout=5).json()
    paths = [line.split()[1] for line in index if line.startswith("GET")] + ["/agent/static/k/pendo.js", "/metrics"]
    for path in paths:
        said = requests.get(secure.url + path.replace("<api_key>", "k"), timeout=20)
        assert "PRIVATE KEY" not in said.text


def test_names_are_the_same_in_capitals():
    assert access_policy_for("127.0.0.1", ["CI.Example"], None).check({"host": "ci.example:8080"}) is None
