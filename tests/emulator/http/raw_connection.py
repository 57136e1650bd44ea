"""Sends requests over a raw socket and reads the responses."""

import re
import socket
from contextlib import contextmanager

GET = b"GET /data/guide.gif/%b?v=1&ct=1 HTTP/1.1\r\nHost: data.pendo.io\r\n"
POST = GET.replace(b"GET", b"POST")


@contextmanager
def connected(emulator):
    with socket.create_connection((emulator.host, emulator.port), timeout=10) as connection:
        yield connection


def read_to_end(connection):
    """Read until the emulator closes the connection."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def send_all(emulator, *pieces):
    """Send pieces, then end of file; return all bytes of the answer."""
    with connected(emulator) as connection:
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        return read_to_end(connection)


def statuses(answer):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answer)]
