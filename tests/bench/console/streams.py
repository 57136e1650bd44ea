"""Opens streams of the timeline of all keys and reads what they send, as consoles in another process do."""

from __future__ import annotations

import selectors
import socket
import sys
from urllib.parse import urlsplit


def open_stream(url: str) -> socket.socket:
    """Connect to a server and ask for the stream."""
    address = urlsplit(url)
    connection = socket.create_connection((address.hostname, address.port), timeout=60)
    connection.sendall(b"GET /_emulator/timeline/stream HTTP/1.1\r\nHost: %b\r\n\r\n" % address.netloc.encode())
    return connection


def main(url: str, number: int) -> None:
    """Read streams until the server ends one; print a line when all are open."""
    selector = selectors.DefaultSelector()
    for _ in range(number):
        stream = open_stream(url)
        stream.recv(65536)
        selector.register(stream, selectors.EVENT_READ)
    sys.stdout.write("open\n")
    sys.stdout.flush()
    while all(key.fileobj.recv(262144) for key, _ in selector.select()):  # type: ignore[union-attr]
        pass


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
