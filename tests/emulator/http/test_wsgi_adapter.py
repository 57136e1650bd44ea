from io import BytesIO

import pytest
from werkzeug.wrappers import Response

from pendo_contracts.wire.beacon import BODY_LIMIT
from pendo_emulator.http.request import Request
from pendo_emulator.http.wsgi_adapter import ask, envelope_from_environ, environ_from_request


def request_with(target="/", body=b"", **headers):
    request = Request(0)
    request.method, request.target = "POST", target
    request.headers = {"host": "data.pendo.io:443", **headers}
    request.add_body(body)
    return request


@pytest.mark.parametrize("target", ["/", "/a%20b?x=%00&y=é", "/_host/cdn.pendo.io/agent", "/a?b?c"])
@pytest.mark.parametrize("body", [b"", b"{}\xff", b" " * (BODY_LIMIT + 1)])
def test_request_is_unchanged_after_passing_through_wsgi(target, body):
    request = request_with(target, body, **{"content-type": "text/plain", "x-one": "1,2"})
    before, after = request.envelope("https"), envelope_from_environ(environ_from_request(request, "https", "::1"))
    added = {"content-length": str(len(body))}
    assert (after.method, after.url, after.body) == (before.method, before.url, before.body)
    assert after.headers == before.headers | added


def test_decoded_chunked_body_is_passed_on_with_a_length():
    request = request_with(body=b"abc", **{"transfer-encoding": "chunked"})
    envelope = envelope_from_environ(environ_from_request(request, "http", "::1"))
    assert "transfer-encoding" not in envelope.headers
    assert envelope.body == b"abc"


def test_body_is_truncated_one_byte_above_the_limit():
    environ = environ_from_request(request_with(), "http", "::1")
    environ |= {"CONTENT_LENGTH": str(BODY_LIMIT * 2), "wsgi.input": BytesIO(b" " * BODY_LIMIT * 2)}
    assert len(envelope_from_environ(environ).body) == BODY_LIMIT + 1


def test_missing_request_target_is_rebuilt_from_the_path():
    environ = environ_from_request(request_with("/a b?x=1"), "http", "::1")
    del environ["REQUEST_URI"]
    assert envelope_from_environ(environ).url == "http://data.pendo.io:443/a%20b?x=1"


def test_response_of_an_application_is_read_completely():
    response = ask(Response([b"a", b"b"], 201, {"X-Name": "v"}), request_with(), "http", "::1")
    assert response == (b"ab", 201, {"content-type": "text/plain; charset=utf-8", "x-name": "v"})
