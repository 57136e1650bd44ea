"""Reads streams of the timeline of all keys, as consoles in another process do: as many as each line of stdin says."""

from __future__ import annotations

import os
import selectors
import socket
import sys
from urllib.parse import urlsplit


def open_stream(url: str) -> socket.socket:
    """Connect to a server and ask for the stream."""
    address = urlsplit(url)
    connection = socket.create_connection((address.hostname, address.port), timeout=60)
    host = address.netloc.encode()
    connection.sendall(b"GET /_emulator/timeline/stream?by=request HTTP/1.1\r\nHost: %b\r\n\r\n" % host)
    return connection


def set_number(selector: selectors.BaseSelector, streams: list[socket.socket], url: str, number: int) -> None:
    """Open or close streams until there are `number`."""
    while len(streams) > number:
        selector.unregister(streams[-1])
        streams.pop().close()
    while len(streams) < number:
        streams.append(open_stream(url))
        streams[-1].recv(65536)
        selector.register(streams[-1], selectors.EVENT_READ)


def main(url: str) -> None:
    """Read streams until the end of stdin, and answer each line with the number of messages since the last one."""
    selector, streams, messages = selectors.DefaultSelector(), list[socket.socket](), 0
    selector.register(sys.stdin, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is not sys.stdin:
                messages += key.fileobj.recv(262144).count(b"data: ")  # type: ignore[union-attr]
            elif line := os.read(sys.stdin.fileno(), 16):
                set_number(selector, streams, url, int(line))
                sys.stdout.write(f"{messages}\n")
                sys.stdout.flush()
                messages = 0
            else:
                return


if __name__ == "__main__":
    main(sys.argv[1])
