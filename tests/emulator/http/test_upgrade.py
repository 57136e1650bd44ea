"""Clients may offer to upgrade the connection, like every JDK client: the offer is ignored and the body is read."""

import time
from http.client import HTTPConnection

import pytest

from pendo_contracts.wire.beacon import BODY_LIMIT
from pendo_emulator.http.parser import RequestParser
from tests.stress.fuzz.http_generator import generate_bytes

OFFERS = [
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    b"Upgrade: TLS/1.2\r\nConnection: Upgrade",
    b"connection: x, upgrade\r\nupgrade: websocket",
]
STREAMS = {
    "no body": b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n",
    "empty body": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
    "length": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabcde",
    "blank line after": b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n\r\n",
    "body is a request": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 28\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n",
    "body ends early": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc",
    "chunks": b"PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\n",
    "trailer": b"PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n",
    "broken chunks": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",
    "chunks end early": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
    "gzip, chunked": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
    "gzip": b"POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\nabc",
    "length and chunks": b"PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
    "wrong length": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\nabc",
    "expects continue": b"POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
    "old version": b"POST /a HTTP/1.0\r\nHost: h\r\nContent-Length: 2\r\n\r\nab",
    "too long": b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % (BODY_LIMIT + 9)
    + b"a" * (BODY_LIMIT + 9),
}
NEXT = b"GET /next HTTP/1.1\r\nHost: h\r\n\r\n"


def parse(*pieces):
    """Parse the pieces of a stream; return the parsed requests, without the headers of the offer."""
    requests, continues = [], []
    parser = RequestParser(time.monotonic, requests.append, lambda: continues.append(len(requests)))
    rest = b"".join([parser.feed(piece) for piece in pieces])
    parser.finish()
    return [describe(request) for request in requests], continues, rest


def describe(request):
    if request.rejection:
        return request.rejection, request.method, request.target if request.head_complete else ""
    headers = request.headers.keys() - {"connection", "upgrade", "http2-settings"}
    return request.method, request.target, headers, request.body, request.received, request.keep_alive


def offer(stream, headers):
    """Add the headers to the first request of a stream."""
    first, _, rest = stream.partition(b"\r\n")
    return b"\r\n".join((first, headers, rest))


@pytest.mark.parametrize("headers", OFFERS, ids=lambda headers: headers[:30].decode())
@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
def test_upgrade_header_does_not_change_how_a_request_is_parsed(stream, headers):
    for following in (b"", NEXT, offer(NEXT, headers) + stream):
        assert parse(offer(stream, headers) + following) == parse(stream + following)


def test_upgrade_header_does_not_keep_a_closing_connection_open():
    stream = offer(STREAMS["length"], b"Connection: close")
    closing = offer(STREAMS["length"], b"Connection: close, Upgrade\r\nUpgrade: h2c")
    assert parse(closing + NEXT) == parse(stream + NEXT)


@pytest.mark.parametrize("stream", [stream for stream in STREAMS.values() if len(stream) < BODY_LIMIT])
def test_request_with_an_upgrade_header_can_arrive_in_pieces(stream):
    offered = offer(stream, OFFERS[0]) + NEXT
    expected = parse(stream + NEXT)
    assert parse(*(bytes([byte]) for byte in offered)) == expected
    for cut in range(1, len(offered)):
        assert parse(offered[:cut], offered[cut:]) == expected


def test_connect_is_the_only_upgrade():
    stream = offer(b"CONNECT data.pendo.io:443 HTTP/1.1\r\nHost: data.pendo.io:443\r\n\r\n\x16\x03\x01", OFFERS[0])
    requests, _, rest = parse(stream)
    assert [request[0] for request in requests] == ["CONNECT"]
    assert rest == b"\x16\x03\x01"


def test_upgrade_header_does_not_change_how_random_requests_are_parsed():
    for number in range(500):
        stream = generate_bytes(11, number)
        if stream.startswith((b"GET /", b"POST /")) and b"onnection:" not in stream and b"pgrade:" not in stream:
            assert parse(offer(stream, OFFERS[0])) == parse(stream), stream


@pytest.mark.parametrize("protocol", ["h2c", "TLS/1.2", "websocket"])
@pytest.mark.parametrize("path", ["/data/segmentio/%b", "/_emulator/keys/%b/faults"])
def test_body_is_read_by_hosts_and_control_api(pendo, path, protocol):
    connection = HTTPConnection(pendo.emulator.host, pendo.emulator.port, timeout=10)
    method, body = ("POST", b'{"type": "track", "event": "E", "userId": "u"}') if "data" in path else ("PUT", b"[]")
    headers = {"Connection": "Upgrade", "Upgrade": protocol, "Host": "localhost"}
    for _ in range(2):
        connection.request(method, path.replace("%b", pendo.api_key), body, headers)
        answer = connection.getresponse()
        assert (answer.status, bool(answer.read())) == (200, True)
    connection.close()
    assert pendo.report().good


def test_java_client_sends_its_body(pendo, send_by_java):
    event = '{"type": "track", "event": "Signed Up", "userId": "u1", "messageId": "m1"}'
    webhook = ("POST", f"/_host/data.pendo.io/data/segmentio/{pendo.api_key}", event)
    faults = ("PUT", f"/_emulator/keys/{pendo.api_key}/faults", '[{"endpoint": "pendo.js", "status": 404}]')
    assert send_by_java(pendo.url, *webhook, *faults) == ["200"] * 8
    assert [exchange.envelope.body.decode() for exchange in pendo.exchanges()] == [event] * 4
    pendo.assert_kept()
