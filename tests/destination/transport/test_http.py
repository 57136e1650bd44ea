import socket

import pytest
import requests

from pendo_contracts.wire.envelope import Envelope, Response
from pendo_destination.errors import DestinationError, UnreachableError
from pendo_destination.transport.http import HttpTransport, answers_as_emulator, failure_reason, follow_redirect

POST = Envelope("POST", "https://data.pendo.io/data/ptm.gif/k", {"host": "data.pendo.io", "a": "b"}, b"x", 7)


@pytest.mark.parametrize(
    ("status", "location", "expected"),
    [
        (307, "/other", ("POST", "https://data.pendo.io/other", b"x")),
        (308, "https://evil.example/", ("POST", "https://evil.example/", b"x")),
        (302, "next?a", ("GET", "https://data.pendo.io/data/ptm.gif/next?a", b"")),
        (303, "//host/x", ("GET", "https://host/x", b"")),
    ],
)
def test_redirects_are_followed_as_browsers_do(status, location, expected):
    redirected = follow_redirect(POST, Response(status, {"location": location}, b""))
    assert (redirected.method, redirected.url, redirected.body) == expected
    assert redirected.headers == {"a": "b"}


@pytest.mark.parametrize(("status", "headers"), [(200, {"location": "/x"}), (302, {}), (304, {"location": "/x"})])
def test_other_answers_redirect_nowhere(status, headers):
    assert follow_redirect(POST, Response(status, headers, b"")) is None


@pytest.mark.parametrize("headers", [{"x": "line\nbreak"}, {"x": "\u0142"}, {"a b\n": "x"}])
def test_request_that_http_cannot_express_is_not_sent(pendo, headers):
    with HttpTransport(pendo.url) as transport, pytest.raises(DestinationError) as raised:
        transport(Envelope("GET", "https://data.pendo.io/", headers, b"", 0))
    assert raised.value.kind == "unsendable"


def test_only_an_emulator_answers_as_one(pendo):
    assert answers_as_emulator(pendo.url)
    with pytest.raises(UnreachableError, match=r"^Connection refused$"):
        answers_as_emulator("http://127.0.0.1:9")


def test_failure_is_described_by_the_innermost_error():
    with pytest.raises(requests.ConnectionError) as raised:
        requests.get("http://127.0.0.1:9", timeout=1)
    assert failure_reason(raised.value) == "Connection refused"
    assert failure_reason(socket.gaierror(-2, "Name or service not known")) == "Name or service not known"
    assert failure_reason(requests.Timeout()) == "Timeout"
