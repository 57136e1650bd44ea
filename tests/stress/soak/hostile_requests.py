"""Hostile requests, ways to send them, and ways to end the connection."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import time
from base64 import urlsafe_b64encode
from functools import cache
from typing import TYPE_CHECKING, Final

from tests.stress.event_sender import HOST, get_beacon, post_beacon
from tests.stress.fuzz.byte_mutations import zip_bomb
from tests.stress.fuzz.http_generator import generate_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

TIMEOUT: Final = 1.0
SLOW_DELAY: Final = 0.005
SLOW_BYTES: Final = 100
KEY: Final = "hostile"


def _random_bytes(random: Random) -> bytes:
    return random.randbytes(random.randint(1, 5000))


def _mutated(random: Random) -> bytes:
    return generate_bytes(random.randrange(2**16), random.randrange(2**16))


def _beacon(random: Random) -> bytes:
    return random.choice((get_beacon, post_beacon))(f"{KEY}-{random.randrange(1000)}", KEY)


def _pipelined(random: Random) -> bytes:
    """Return up to 300 requests in a row for the largest response."""
    return f"GET /agent/static/{KEY}/pendo.js HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode() * random.randint(1, 300)


def _large_head(random: Random) -> bytes:
    line, lines = b"GET / HTTP/1.1\r\n", (b"A: " + b"a" * 1_000_000, b"A: a\r\n" * 20_000)
    return random.choice((line + lines[0], line + lines[1], b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1"))


def _zip_bomb(random: Random) -> bytes:
    jzb = urlsafe_b64encode(zip_bomb(random, b"")).decode()
    return _post(json.dumps({"events": jzb}).encode())


def _deep_json(random: Random) -> bytes:
    return _post(random.choice((b"[" * 100_000, b'{"events":' * 1000, b'[{"a":' * 5000)))


def _post(body: bytes) -> bytes:
    head = (
        f"POST /data/ptm.gif/{KEY}?v=2.291.4_prod&ct=1 HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _invalid_tls(random: Random) -> bytes:
    hello = _client_hello()
    place = random.randrange(len(hello))
    damaged = hello[:place] + random.randbytes(4) + hello[place + 4 :]
    return random.choice((b"\x16" + random.randbytes(300), damaged, hello, hello + random.randbytes(500)))


@cache
def _client_hello() -> bytes:
    """Return the first message of a TLS handshake."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    connection = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=HOST)
    try:
        connection.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise AssertionError("the handshake cannot finish without a server")


def _long_poll(_: Random) -> bytes:
    return f"GET /_emulator/keys/{KEY}-none/wait?count=9&timeout=3 HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


REQUESTS: Final[tuple[Callable[[Random], bytes], ...]] = (
    *(_random_bytes, _mutated, _beacon, _pipelined, _large_head, _zip_bomb, _deep_json, _invalid_tls, _long_poll),
)


def _send_at_once(connection: socket.socket, request: bytes) -> None:
    connection.sendall(request)


def _send_first_half(connection: socket.socket, request: bytes) -> None:
    connection.sendall(request[: len(request) // 2])


def _send_slowly(connection: socket.socket, request: bytes) -> None:
    """Send the first SLOW_BYTES bytes one by one."""
    for byte in request[:SLOW_BYTES]:
        connection.sendall(bytes([byte]))
        time.sleep(SLOW_DELAY)
    connection.sendall(request[SLOW_BYTES:])


WAYS_TO_SEND: Final = (_send_at_once, _send_at_once, _send_first_half, _send_slowly)


def _read_to_end(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def _read_nothing(_: socket.socket) -> None:
    time.sleep(TIMEOUT)


def _close(_: socket.socket) -> None:
    """Do nothing, because the caller closes the connection immediately."""


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _shut_down_and_read(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_WR)
    _read_to_end(connection)


ENDINGS: Final = (_read_to_end, _read_nothing, _close, _reset, _shut_down_and_read)
