"""The login of browsers on other machines: a cookie replaces the token, and only the console's own pages use it."""

import re

import pytest
import requests

from pendo_contracts.common.access_policy import AccessPolicy
from pendo_emulator.console.session import local_target
from pendo_emulator.server import Emulator

TOKEN = "a-token"
CHANGE = {"x-emulator-console": "1"}


@pytest.fixture(scope="module")
def emulator():
    with Emulator(access_policy=AccessPolicy(token=TOKEN)) as emulator:
        yield emulator


@pytest.fixture
def ask(emulator):
    """Return a function that sends a request, with the cookie of a session if there is one."""
    session = requests.Session()

    def send(method, path, **options):
        return session.request(method, emulator.url + path, timeout=30, allow_redirects=False, **options)

    send.session = session
    yield send
    session.close()


@pytest.fixture
def logged_in(ask):
    assert ask("POST", "/console/login", data={"token": TOKEN, "next": "/console/faults?key=k"}).status_code == 303
    return ask


def test_page_without_a_session_leads_to_the_login_and_back(ask):
    answer = ask("GET", "/console/faults?key=k")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/console/login?next=%2Fconsole%2Ffaults%3Fkey%3Dk",
    )
    page = ask("GET", answer.headers["location"])
    assert page.status_code == 200
    assert 'value="/console/faults?key=k"' in page.text
    assert TOKEN not in page.text
    answer = ask("POST", "/console/login", data={"token": TOKEN, "next": "/console/faults?key=k"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/faults?key=k")
    assert ask("GET", "/console/faults?key=k").status_code == 200


def test_cookie_is_unreadable_for_scripts_and_does_not_contain_the_token(ask):
    cookie = ask("POST", "/console/login", data={"token": TOKEN}).headers["set-cookie"]
    assert re.search(r"; HttpOnly(;|$)", cookie)
    assert "SameSite=Lax" in cookie
    assert TOKEN not in cookie


def test_wrong_token_opens_no_session(ask):
    for token in ("", "b-token", TOKEN + "x", "ł"):
        answer = ask("POST", "/console/login", data={"token": token})
        assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert ask("GET", "/").status_code == 303


def test_control_api_accepts_the_session_for_reading(logged_in):
    assert logged_in("GET", "/_emulator/keys").status_code == 200
    logged_in.session.cookies.clear()
    assert logged_in("GET", "/_emulator/keys").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_session_is_not_valid_for_pages_of_other_origins(logged_in, headers):
    assert logged_in("GET", "/_emulator/keys", headers=headers).status_code == 401
    assert logged_in("DELETE", "/_emulator/keys/k", headers=headers | CHANGE).status_code == 401
    assert logged_in("POST", "/console/login", data={"token": TOKEN}, headers=headers).status_code == 403


def test_link_of_another_site_opens_a_page_of_the_console(logged_in):
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert logged_in("GET", "/?key=k", headers=headers).status_code == 200


def test_page_changes_something_only_with_the_header_of_the_console(logged_in):
    own = {"sec-fetch-site": "same-origin"}
    assert logged_in("DELETE", "/_emulator/keys/k", headers=own).status_code == 403
    assert logged_in("DELETE", "/_emulator/keys/k", headers=own | CHANGE).status_code == 200
    assert logged_in("DELETE", "/_emulator/keys/k", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_log_out_ends_the_session(logged_in):
    assert logged_in("POST", "/console/logout").status_code == 303
    assert logged_in("GET", "/").status_code == 303


def test_another_token_ends_all_sessions(logged_in):
    cookies = logged_in.session.cookies
    with Emulator(access_policy=AccessPolicy(token="another")) as other:
        for cookie in cookies:
            named = {re.sub(r"\d+$", str(other.port), cookie.name): cookie.value}
        assert requests.get(f"{other.url}/_emulator/keys", cookies=named, timeout=30).status_code == 401


def test_files_of_the_console_need_no_session(ask):
    assert ask("GET", "/console/static/css/base.css").status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\nb", ""])
def test_login_leads_only_to_paths_of_this_server(target):
    assert local_target(target) == "/"


def test_login_keeps_path_and_query():
    assert local_target("/console/event?key=k&id=1.0") == "/console/event?key=k&id=1.0"


def test_without_a_token_the_login_leads_on(pendo_server):
    answer = requests.get(f"{pendo_server.url}/console/login?next=/console/faults", timeout=30, allow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/faults")
