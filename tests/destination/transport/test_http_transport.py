import gzip
import socket

import pytest
import requests

from pendo_contracts.wire.envelope import Envelope, Response
from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.transport.http_transport import (
    UNUSABLE_ANSWER,
    HttpTransport,
    answers_as_emulator,
    failure_reason,
    follow_redirect,
)

POST = Envelope("POST", "https://data.pendo.io/data/ptm.gif/k", {"host": "data.pendo.io", "a": "b"}, b"x", 7)


@pytest.mark.parametrize(
    ("status", "location", "expected"),
    [
        (307, "/other", ("POST", "https://data.pendo.io/other", b"x")),
        (308, "https://DATA.pendo.io:443/", ("POST", "https://DATA.pendo.io:443/", b"x")),
        (302, "next?a", ("GET", "https://data.pendo.io/data/ptm.gif/next?a", b"")),
        (303, "//data.pendo.io/x", ("GET", "https://data.pendo.io/x", b"")),
    ],
)
def test_redirects_are_followed_as_browsers_do(status, location, expected):
    redirected = follow_redirect(POST, Response(status, {"location": location}, b""))
    assert (redirected.method, redirected.url, redirected.body) == expected
    assert redirected.headers == {"a": "b"}


@pytest.mark.parametrize("location", ["https://evil.example/", "http://data.pendo.io/", "//data.pendo.io:8443/"])
def test_redirect_to_another_origin_gets_no_secrets(location):
    envelope = Envelope("POST", POST.url, {"Cookie": "c", "x-key": "secret", "Accept": "*/*"}, b"x", 7)
    redirected = follow_redirect(envelope, Response(303, {"location": location}, b""))
    assert (redirected.headers, redirected.body) == ({"Accept": "*/*"}, b"")
    assert follow_redirect(envelope, Response(308, {"location": location}, b"")) is None


@pytest.mark.parametrize("location", ["http://[", "https://a:99999/", "javascript:x", "file:///etc/passwd"])
def test_unusable_location_is_not_followed(location):
    assert follow_redirect(POST, Response(302, {"location": location}, b"")) is None


def test_emulator_redirects_only_within_a_host(web_server):
    headers = {"/a": {"Location": "/b"}, "/b": {"Location": "https://evil.example/c"}}
    url, seen = web_server(302, headers)
    with HttpTransport(url) as transport:
        response = transport(Envelope("GET", "https://data.pendo.io/a", {}, b"", 0))
    assert (response.status, seen) == (302, ["GET /a", "GET /b"])


def test_answer_is_read_up_to_a_limit(web_server):
    body = gzip.compress(bytes(64 * 1024 * 1024))
    url, _ = web_server(200, {"/": {"Content-Encoding": "gzip", "Content-Length": str(len(body))}}, body)
    with HttpTransport(url) as transport, pytest.raises(DestinationError) as raised:
        transport(Envelope("GET", "https://data.pendo.io/", {}, b"", 0))
    assert (raised.value.kind, raised.value.status) == (UNUSABLE_ANSWER, 200)


def test_health_check_reads_no_body(web_server):
    url, _ = web_server(200, {"/healthz": {"Content-Length": str(10**12), "X-Emulator": "1"}})
    assert answers_as_emulator(url)


def test_answer_leaves_no_cookies(web_server):
    url, _ = web_server(200, {"/": {"Set-Cookie": "a=b"}})
    with HttpTransport(url) as transport:
        assert transport(Envelope("GET", "http://data.pendo.io/", {}, b"", 0)).status == 200
        assert transport(Envelope("GET", "http://data.pendo.io/", {}, b"", 0)).headers["x-cookie"] == ""


@pytest.mark.parametrize(("status", "headers"), [(200, {"location": "/x"}), (302, {}), (304, {"location": "/x"})])
def test_other_answers_are_not_redirects(status, headers):
    assert follow_redirect(POST, Response(status, headers, b"")) is None


def test_request_to_an_invalid_url_is_not_sent(pendo):
    for target in (None, pendo.url):
        with HttpTransport(target) as transport, pytest.raises(DestinationError) as raised:
            transport(Envelope("GET", "https://[/", {}, b"", 0))
        assert raised.value.kind == "unsendable"


@pytest.mark.parametrize("headers", [{"x": "line\nbreak"}, {"x": "\u0142"}, {"a b\n": "x"}])
def test_request_that_http_cannot_express_is_not_sent(pendo, headers):
    with HttpTransport(pendo.url) as transport, pytest.raises(DestinationError) as raised:
        transport(Envelope("GET", "https://data.pendo.io/", headers, b"", 0))
    assert raised.value.kind == "unsendable"


def test_only_an_emulator_is_recognized_as_an_emulator(pendo):
    assert answers_as_emulator(pendo.url)
    with pytest.raises(UnreachableError, match=r"^Connection refused$"):
        answers_as_emulator("http://127.0.0.1:9")


def test_failure_is_described_by_the_innermost_error():
    with pytest.raises(requests.ConnectionError) as raised:
        requests.get("http://127.0.0.1:9", timeout=1)
    assert failure_reason(raised.value) == "Connection refused"
    assert failure_reason(socket.gaierror(-2, "Name or service not known")) == "Name or service not known"
    assert failure_reason(requests.Timeout()) == "Timeout"
