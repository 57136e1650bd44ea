"""Opening the emulator in a browser is not traffic: its page and automatic requests of browsers are not recorded."""

import re
import shlex
import subprocess
from contextlib import closing
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPConnection

import pytest
import requests

from pendo_contracts.common.access_policy import AccessPolicy
from pendo_contracts.wire.region import HOSTS
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query

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
}
OWN_NAMES = ["localhost:8080", "127.0.0.1", "[::1]:8080", "192.168.1.7:8080", "emulator"]


@pytest.fixture(scope="module")
def emulator():
    with Emulator(cnames=["content.product.example"]) as emulator:
        yield emulator


@pytest.fixture
def ask(emulator):
    """Return a function that sends a request and returns the response and the number of requests recorded for it."""

    def send(path, host="localhost", method="GET", body=None):
        before = emulator.recorder.count(Query())
        answer = requests.request(method, emulator.url + path, headers={"host": host}, data=body, timeout=5)
        return answer, emulator.recorder.count(Query()) - before

    return send


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ASKED_BY_BROWSERS)
def test_automatic_browser_requests_are_answered_and_not_recorded(ask, path, method):
    answer, recorded = ask(path, method=method)
    assert (answer.status_code, recorded) == (ASKED_BY_BROWSERS[path], 0)


@pytest.mark.parametrize("host", OWN_NAMES)
def test_page_is_served_under_every_name_of_the_emulator(ask, host):
    answer, recorded = ask("/", host)
    assert (answer.status_code, recorded) == (200, 0)
    assert f"http://{host}/_host/data.pendo.io/data/segmentio/" in answer.text


@pytest.mark.parametrize("host", ["app.pendo.io", "cdn.eu.pendo.io", "content.product.example", "shop.example"])
@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/robots.txt", "/.well-known/x"])
def test_same_paths_of_other_hosts_are_recorded(ask, host, path):
    assert ask(path, host)[1] == ask(f"/_host/{host}{path}")[1] == 1


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/.well-known/x"])
def test_events_sent_to_these_paths_are_recorded(ask, path):
    assert ask(path, method="POST", body=b"{}")[1] == 1


@pytest.mark.parametrize("path", ["/favicon.icon", "/robots.txt/x", "/.well-knownx", "/index.php"])
def test_other_paths_are_recorded(ask, path):
    assert ask(path)[1] == 1


def test_head_has_the_length_of_the_page_and_no_body(emulator):
    with closing(HTTPConnection(emulator.host, emulator.port, timeout=5)) as connection:
        lengths = []
        for method in ("HEAD", "GET"):
            connection.request(method, "/")
            answer = connection.getresponse()
            lengths.append((int(answer.headers["content-length"]), len(answer.read())))
    (head, nothing), (get, body) = lengths
    assert (head, nothing) == (get, 0)
    assert get == body


class Links(HTMLParser):
    """Collects the links of a page and the URLs that it loads."""

    def __init__(self, page):
        super().__init__()
        self.links, self.loaded = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.links += [value for name, value in attributes if tag == "a" and name == "href"]
        self.loaded += [value for name, value in attributes if name in {"src", "style"} or tag in {"link", "script"}]


def test_page_loads_nothing_and_its_links_work(ask):
    answer, _ = ask("/")
    page = Links(answer.text)
    assert page.loaded == []
    assert {ask(link)[0].status_code for link in page.links} == {200}
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_page_names_all_hosts(ask):
    text = ask("/")[0].text
    assert [host for host in (*HOSTS, "content.product.example", "data.product.example") if host not in text] == []


def test_first_event_of_the_page_is_kept(emulator):
    page = unescape(requests.get(emulator.url, timeout=5).text)
    command = shlex.split(re.search(r"<pre>(.*?)</pre>", page, re.DOTALL)[1])
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    assert "x-emulator-verdict: good" in done.stdout
    (exchange,) = emulator.recorder.read(Query(api_key="demo"))
    assert [event.value["event"] for event in exchange.beacon.events] == ["Signed Up"]


@pytest.mark.parametrize("host", ["localhost:<script>", "localhost:';id'", "[::1]<img src=x>", 'localhost:"&$(id)'])
def test_hostile_host_header_is_not_shown(ask, host):
    answer, _ = ask("/", host)
    assert answer.status_code == 200
    assert host.removeprefix("localhost:").removeprefix("[::1]") not in answer.text
    assert "http://localhost/_host/" in answer.text


def test_page_is_open_and_mentions_the_control_token():
    with Emulator(access_policy=AccessPolicy(token="secret")) as emulator:
        answers = [requests.get(emulator.url + path, timeout=5) for path in ("/", "/robots.txt", "/_emulator/")]
    assert [answer.status_code for answer in answers] == [200, 200, 401]
    assert "Authorization: Bearer" in answers[0].text
    assert "secret" not in answers[0].text
