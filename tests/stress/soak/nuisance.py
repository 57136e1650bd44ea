"""Nuisances: what no server wants to be sent, how it is sent, and how the conversation ends."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import time
from base64 import urlsafe_b64encode
from functools import cache
from typing import TYPE_CHECKING, Final

from tests.stress.crash.sender import HOST, beacon, posted_beacon
from tests.stress.fuzz.http_text import draw_octets
from tests.stress.fuzz.octets import explode

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

PATIENCE: Final = 1.0
DRIP: Final = 0.005
DRIPS: Final = 100
KEY: Final = "nuisance"


def _random_bytes(random: Random) -> bytes:
    return random.randbytes(random.randint(1, 5000))


def _mutated(random: Random) -> bytes:
    return draw_octets(random.randrange(2**16), random.randrange(2**16))


def _beacon(random: Random) -> bytes:
    return random.choice((beacon, posted_beacon))(f"{KEY}-{random.randrange(1000)}", "nuisance")


def _pipelined(random: Random) -> bytes:
    """Ask for the largest answer there is, many times in a row."""
    return f"GET /agent/static/{KEY}/pendo.js HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode() * random.randint(1, 300)


def _large_head(random: Random) -> bytes:
    line, lines = b"GET / HTTP/1.1\r\n", (b"A: " + b"a" * 1_000_000, b"A: a\r\n" * 20_000)
    return random.choice((line + lines[0], line + lines[1], b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1"))


def _bomb(random: Random) -> bytes:
    jzb = urlsafe_b64encode(explode(random, b"")).decode()
    return _posted(json.dumps({"events": jzb}).encode())


def _deep_json(random: Random) -> bytes:
    return _posted(random.choice((b"[" * 100_000, b'{"events":' * 1000, b'[{"a":' * 5000)))


def _posted(body: bytes) -> bytes:
    head = (
        f"POST /data/ptm.gif/{KEY}?v=2.291.4_prod&ct=1 HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _tls_garbage(random: Random) -> bytes:
    hello = _hello()
    place = random.randrange(len(hello))
    damaged = hello[:place] + random.randbytes(4) + hello[place + 4 :]
    return random.choice((b"\x16" + random.randbytes(300), damaged, hello, hello + random.randbytes(500)))


@cache
def _hello() -> bytes:
    """Begin a TLS handshake."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    connection = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=HOST)
    try:
        connection.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise AssertionError("nobody can have answered")


def _long_poll(_: Random) -> bytes:
    return f"GET /_emulator/keys/{KEY}-none/wait?count=9&timeout=3 HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


SENT: Final[tuple[Callable[[Random], bytes], ...]] = (
    *(_random_bytes, _mutated, _beacon, _pipelined, _large_head, _bomb, _deep_json, _tls_garbage, _long_poll),
)


def _at_once(connection: socket.socket, octets: bytes) -> None:
    connection.sendall(octets)


def _half(connection: socket.socket, octets: bytes) -> None:
    connection.sendall(octets[: len(octets) // 2])


def _drip(connection: socket.socket, octets: bytes) -> None:
    for octet in octets[:DRIPS]:
        connection.sendall(bytes([octet]))
        time.sleep(DRIP)
    connection.sendall(octets[DRIPS:])


MANNERS: Final = (_at_once, _at_once, _half, _drip)


def _read(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def _read_nothing(_: socket.socket) -> None:
    time.sleep(PATIENCE)


def _hang_up(_: socket.socket) -> None:
    pass


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _say_goodbye(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_WR)
    _read(connection)


ENDINGS: Final = (_read, _read_nothing, _hang_up, _reset, _say_goodbye)
