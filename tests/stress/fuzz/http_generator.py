"""Generates the bytes of HTTP/1.1 requests from a seed, with mutations of head and body."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from tests.stress.fuzz.byte_mutations import flip_bit, insert_bytes, remove_bytes, truncate
from tests.stress.fuzz.request_generator import generate_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_contracts.wire.envelope import Envelope

MUTATION_PROBABILITY: Final = 0.5
TRUNCATION_PROBABILITY: Final = 0.1

FIRST_LINES: Final = (
    *(b"", b"GET", b"GET /", b"GET / HTTP/0.9", b"GET / HTTP/1.0", b"GET / HTTP/2.0", b"GET / HTTP/11", b"* * *"),
    *(b"GET\t/\tHTTP/1.1", b"GET / HTTP/1.1 x", b"GET  HTTP/1.1", b"get / http/1.1", b"PRI * HTTP/2.0", b"G" * 70_000),
    *(b"GET http://[:: HTTP/1.1", b"GET http://data.pendo.io/ HTTP/1.1", b"GET ftp://x/ HTTP/1.1", b"GET //x HTTP/1.1"),
    *(b"CONNECT data.pendo.io:443 HTTP/1.1", b"CONNECT example.com:443 HTTP/1.1", b"CONNECT [:: HTTP/1.1", b"\x16\x03"),
    *(b"CONNECT / HTTP/1.1", b"OPTIONS * HTTP/1.1", b"TRACE / HTTP/1.1", b"GET /?\xff HTTP/1.1", b"GET /\x7f HTTP/1.1"),
    *(b"GET /_host/[::/data/ptm.gif/k HTTP/1.1", b"GET /" + b"a" * 70_000 + b" HTTP/1.1", b"POST / HTTP/1.1"),
)
HEADER_LINES: Final = (
    *(b"no colon", b": no name", b"A : b", b" folded", b"A: \x00", b"A: \xff", b"A\xff: b", b"A:" + b" " * 70_000),
    *(b"Host: other.example", b"Host: [::", b"Host:", b"Content-Length: 3", b"Content-Length: -1", b"\r", b"A\nB: c"),
    *(b"Content-Length: " + b"9" * 30, b"Content-Length: 3, 3", b"Content-Length: 0x3", b"Content-Length: +3"),
    *(b"Content-Length: 3\r\nContent-Length: 4", b"Transfer-Encoding: chunked\r\nContent-Length: 3"),
    *(b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: identity"),
    *(b"Expect: 100-continue", b"Upgrade: websocket\r\nConnection: Upgrade", b"Upgrade: h2c", b"Connection: \x01"),
    *(b"Connection: close, keep-alive", b"A: b\r\n" * 3_000),
)
UPGRADE_OFFERS: Final = (
    *(b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk", b"Upgrade: \xff"),
    *(b"Connection: Upgrade\r\nUpgrade: TLS/1.2", b"Connection: close, Upgrade\r\nUpgrade: h2c"),
    *(b"Connection: Upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: gzip", b"Connection: Upgrade\r\nUpgrade:"),
)
CHUNKS: Final = (
    *(b"%x\r\n%b\r\n0\r\n\r\n", b"%X;a=b\r\n%b\r\n0\r\nA: b\r\n\r\n", b"zz%x\r\n%b", b"-%x\r\n%b", b"%x%b"),
    b"ffffffffff%x\r\n%b",
)
PREFIXES: Final = (b"\r\n", b"\x00", b" ", b"\xef\xbb\xbf", b"\x16", b"\x16\x03\x01")

HeadAndBody = tuple[bytes, bytes]


def generate_bytes(seed: int, number: int) -> bytes:
    """Generate the bytes to send on one connection; the same seed and number give the same bytes.

    Negative numbers give the heavy requests, unmutated.
    """
    random = Random(seed << 32 | number)
    head, body = _serialize(generate_request(seed, number))
    if number < 0:
        return b"\r\n\r\n".join((head, body))
    while random.random() < MUTATION_PROBABILITY:
        head, body = random.choice(MUTATIONS)(random, head, body)
    request = b"\r\n\r\n".join((head, body))
    return truncate(random, request) if random.random() < TRUNCATION_PROBABILITY else request


def _serialize(envelope: Envelope) -> HeadAndBody:
    """Return the bytes of a request's head and body, including invalid parts."""
    target = "/" + envelope.url.partition("://")[2].partition("/")[2]
    headers = {"content-length": str(len(envelope.body))} if envelope.body else {}
    lines = [f"{name}: {value}" for name, value in (headers | dict(envelope.headers)).items()]
    return "\r\n".join((f"{envelope.method} {target} HTTP/1.1", *lines)).encode("utf-8", "replace"), envelope.body


def _change_first_line(random: Random, head: bytes, body: bytes) -> HeadAndBody:
    return random.choice(FIRST_LINES) + head[head.find(b"\r\n") :], body


def _add_header_line(random: Random, head: bytes, body: bytes) -> HeadAndBody:
    first, _, rest = head.partition(b"\r\n")
    return b"\r\n".join((first, random.choice(HEADER_LINES), rest)), body


def _offer_upgrade(random: Random, head: bytes, body: bytes) -> HeadAndBody:
    return head + b"\r\n" + random.choice(UPGRADE_OFFERS), body


def _use_chunks(random: Random, head: bytes, body: bytes) -> HeadAndBody:
    return head + b"\r\ntransfer-encoding: chunked", random.choice(CHUNKS) % (len(body), body)


def _damage_head(random: Random, head: bytes, body: bytes) -> HeadAndBody:
    return random.choice((flip_bit, insert_bytes, remove_bytes))(random, head), body


def _change_line_ends(random: Random, head: bytes, body: bytes) -> HeadAndBody:
    return head.replace(b"\r\n", random.choice((b"\n", b"\r", b"\r\r\n", b"\n\n"))), body


def _add_prefix(random: Random, head: bytes, body: bytes) -> HeadAndBody:
    return random.choice((*PREFIXES, random.randbytes(9))) + head, body


def _append_bytes(random: Random, head: bytes, body: bytes) -> HeadAndBody:
    """Append the same request again, or bytes that are not a request."""
    return head, body + random.choice((head + b"\r\n\r\n" + body, b"\r\n\r\n", random.randbytes(40), head[:50]))


MUTATIONS: Final[tuple[Callable[[Random, bytes, bytes], HeadAndBody], ...]] = (
    *(_change_first_line, _add_header_line, _add_header_line, _offer_upgrade, _use_chunks),
    *(_damage_head, _change_line_ends, _add_prefix, _append_bytes),
)
