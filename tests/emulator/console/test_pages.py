"""The console's pages belong to the emulator's own names: they are not recorded and load nothing foreign."""

import re
import shlex
import subprocess
from contextlib import closing
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests

from pendo_contracts.common.access_policy import AccessPolicy
from pendo_contracts.wire.region import HOSTS
from pendo_emulator.console import pages
from pendo_emulator.console.pages import DETAIL_VIEWS
from pendo_emulator.console.pages import VIEWS as VIEWS_OF_CONSOLE
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query

FILES = Path(pages.__file__).parent
ASKED_BY_BROWSERS = {
    "/": 200,
    "/?utm_source=mail": 200,
    "/favicon.ico": 204,
    "/robots.txt": 200,
    "/apple-touch-icon.png": 404,
    "/apple-touch-icon-120x120-precomposed.png": 404,
    "/.well-known/appspecific/com.chrome.devtools.json": 404,
    "/.well-known/": 404,
    "/.well-known/change-password?x=1": 404,
    "/console": 200,
    "/console/setup": 200,
    "/console/static/css/base.css": 200,
    "/console/nothing": 404,
}
VIEWS = ["/", *(f"/console/{view}" for view in (*VIEWS_OF_CONSOLE, *DETAIL_VIEWS) if view != "timeline")]
ALLOWED_NAMES = ["localhost:8080", "127.0.0.1", "[::1]:8080", "emulator.lab.example:8080"]
OTHER_OWN_NAMES = ["192.168.1.7:8080", "emulator"]


@pytest.fixture(scope="module")
def emulator():
    policy = AccessPolicy(hosts=frozenset({"emulator.lab.example"}))
    with Emulator(cnames=["content.product.example"], access_policy=policy) as emulator:
        yield emulator


@pytest.fixture
def ask(emulator):
    """Return a function that sends a request and returns the response and the number of requests recorded for it."""

    def send(path, host="localhost", method="GET", body=None):
        before = emulator.recorder.count(Query())
        answer = requests.request(method, emulator.url + path, headers={"host": host}, data=body, timeout=30)
        return answer, emulator.recorder.count(Query()) - before

    return send


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ASKED_BY_BROWSERS)
def test_automatic_browser_requests_are_answered_and_not_recorded(ask, path, method):
    answer, recorded = ask(path, method=method)
    assert (answer.status_code, recorded) == (ASKED_BY_BROWSERS[path], 0)


@pytest.mark.parametrize("host", ALLOWED_NAMES)
def test_pages_are_served_under_every_name_that_may_use_the_control_api(ask, host):
    for path in VIEWS:
        answer, recorded = ask(path, host)
        assert (answer.status_code, recorded) == (200, 0)
    assert f"http://{host}/_host/data.pendo.io/data/segmentio/" in ask("/console/setup", host)[0].text


@pytest.mark.parametrize("host", OTHER_OWN_NAMES)
def test_page_under_another_own_name_says_how_to_allow_it(ask, host):
    answer, recorded = ask("/", host)
    assert (answer.status_code, recorded) == (403, 0)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "--allow-host" in answer.text


@pytest.mark.parametrize("host", ["app.pendo.io", "cdn.eu.pendo.io", "content.product.example", "shop.example"])
@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/robots.txt", "/.well-known/x", "/console", "/console/setup"])
def test_same_paths_of_other_hosts_are_recorded(ask, host, path):
    assert ask(path, host)[1] == ask(f"/_host/{host}{path}")[1] == 1


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/.well-known/x", "/console", "/console/setup"])
def test_events_sent_to_these_paths_are_recorded(ask, path):
    assert ask(path, method="POST", body=b"{}")[1] == 1


@pytest.mark.parametrize("path", ["/favicon.icon", "/robots.txt/x", "/.well-knownx", "/index.php", "/consoles"])
def test_other_paths_are_recorded(ask, path):
    assert ask(path)[1] == 1


def test_head_has_the_length_of_the_page_and_no_body(emulator):
    with closing(HTTPConnection(emulator.host, emulator.port, timeout=30)) as connection:
        lengths = []
        for method in ("HEAD", "GET"):
            connection.request(method, "/")
            answer = connection.getresponse()
            lengths.append((int(answer.headers["content-length"]), len(answer.read())))
    (head, nothing), (get, body) = lengths
    assert (head, nothing) == (get, 0)
    assert get == body


class Page(HTMLParser):
    """Collects the links of a page, the addresses that it loads, and what a strict policy forbids."""

    def __init__(self, page):
        super().__init__()
        self.links, self.loaded, self.inline = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        members = dict(attributes)
        if tag == "a":
            self.links.append(members["href"])
        if tag in {"link", "script"}:
            self.loaded.append(members.get("href") or members.get("src"))
        self.inline += [name for name in members if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("path", VIEWS)
def test_pages_load_only_files_of_the_emulator_and_their_links_work(ask, path):
    answer, _ = ask(path)
    page = Page(answer.text)
    assert page.inline == []
    assert all(address.startswith("/console/static/") for address in page.loaded)
    assert {ask(address)[0].status_code for address in {*page.links, *page.loaded} - {"#main"}} == {200}
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy


def test_scripts_import_only_files_that_exist():
    for module in (FILES / "static").rglob("*.js"):
        for imported in re.findall(r'from "([^"]+)"', module.read_text("utf-8")):
            assert (module.parent / imported).is_file(), f"{module.name}: {imported}"


def test_scripts_never_make_elements_from_text():
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval|new Function")
    assert [file.name for file in (FILES / "static").rglob("*.js") if forbidden.search(file.read_text("utf-8"))] == []


def test_setup_page_names_all_hosts(ask):
    text = ask("/console/setup")[0].text
    assert [host for host in (*HOSTS, "content.product.example", "data.product.example") if host not in text] == []


def test_first_event_of_the_setup_page_is_kept(emulator):
    page = unescape(requests.get(f"{emulator.url}/console/setup", timeout=30).text)
    key, lines = re.search(r'data-key="(check-curl-\w+)".*?<code>(.*?)</code>', page, re.DOTALL).groups()
    done = subprocess.run(shlex.split(lines), capture_output=True, text=True, check=True, timeout=10)
    assert "x-emulator-verdict: good" in done.stdout
    (exchange,) = emulator.recorder.read(Query(api_key=key))
    assert [event.value["event"] for event in exchange.beacon.events] == ["Signed Up"]


@pytest.mark.parametrize("host", ["localhost:<script>", "localhost:';id'", "[::1]<img src=x>", 'localhost:"&$(id)'])
def test_hostile_host_header_is_not_shown(ask, host):
    answer, _ = ask("/console/setup", host)
    assert answer.status_code == 403
    assert host.removeprefix("localhost:").removeprefix("[::1]") not in answer.text
