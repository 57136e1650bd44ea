"""Sends beacons at full speed or at a rate, and keeps streams of the timeline open."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from threading import Thread
from typing import TYPE_CHECKING, Final

from pendo_contracts.wire import jzb
from tests.bench.beacon_corpus import generate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.console.server import Server

LOAD: Final = {
    "type": "load", "browser_time": 1795376101244, "visitor_id": "v1", "account_id": None, "sequence": 0, "bytes": 320,
    "url": "https://app.example/", "props": {"load_time": 284.3}, "tabId": "QLNwO3VnijXxcKFX", "parentTabId": None,
    "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW", "utm": {"channel": "Direct"},
}  # fmt: skip


def _connect(server: Server) -> HTTPConnection:
    return HTTPConnection(server.url.removeprefix("http://"), timeout=60)


def ingest_seconds(server: Server, requests: int) -> float:
    """Send requests one after the other on one connection; return the seconds."""
    corpus = list(generate(400))
    connection = _connect(server)
    started = time.perf_counter()
    for number in range(requests):
        request = corpus[number % len(corpus)]
        connection.request(request.method, request.target, request.body or None, request.headers)
        connection.getresponse().read()
    taken = time.perf_counter() - started
    connection.close()
    return taken


def send_at(server: Server, key: str, rate: int, seconds: int) -> int:
    """Send one event at a time at a rate; return how many were sent."""
    packed = jzb.encode([LOAD])
    path = f"/_host/data.pendo.io/data/ptm.gif/{key}?v=2.291.4_prod&ct=1795376101259&jzb={packed}"
    connection = _connect(server)
    started, sent = time.monotonic(), 0
    while (passed := time.monotonic() - started) < seconds:
        while sent < passed * rate:
            connection.request("GET", path)
            connection.getresponse().read()
            sent += 1
        time.sleep(0.005)
    connection.close()
    return sent


@contextmanager
def open_streams(server: Server, number: int) -> Iterator[None]:
    """Keep streams of all keys open, as consoles do, and read what they send."""
    connections = [_connect(server) for _ in range(number)]
    threads = [Thread(target=_read, args=(connection,)) for connection in connections]
    sockets = []
    for connection, thread in zip(connections, threads, strict=True):
        connection.connect()
        sockets.append(connection.sock)
        thread.start()
    time.sleep(0.5)
    yield
    for opened in sockets:
        opened.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join()


def _read(connection: HTTPConnection) -> None:
    connection.request("GET", "/_emulator/timeline/stream")
    answer = connection.getresponse()
    with suppress(OSError, HTTPException):
        while answer.read1(65536):
            pass
    connection.close()
