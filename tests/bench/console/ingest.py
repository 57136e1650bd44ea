"""Sends beacons at full speed or at a rate, and keeps streams of the timeline open."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.wire import jzb
from tests.bench.beacon_corpus import generate
from tests.bench.measured_process import LOAD_CORE, pinned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.beacon_corpus import Request
    from tests.bench.console.server import Server

LOAD: Final = {
    "type": "load", "browser_time": 1795376101244, "visitor_id": "v1", "account_id": None, "sequence": 0, "bytes": 320,
    "url": "https://app.example/", "props": {"load_time": 284.3}, "tabId": "QLNwO3VnijXxcKFX", "parentTabId": None,
    "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW", "utm": {"channel": "Direct"},
}  # fmt: skip


def _connect(server: Server) -> HTTPConnection:
    return HTTPConnection(server.url.removeprefix("http://"), timeout=60)


class Ingest(NamedTuple):
    """Requests a second, and microseconds of the server's processor time for each request."""

    rate: float
    processor: float


@cache
def _corpus() -> list[Request]:
    return list(generate(400))


def ingest(server: Server, requests: int) -> Ingest:
    """Send requests one after the other on one connection."""
    corpus = _corpus()
    connection = _connect(server)
    started, processor = time.perf_counter(), server.processor_seconds
    for number in range(requests):
        request = corpus[number % len(corpus)]
        connection.request(request.method, request.target, request.body or None, request.headers)
        connection.getresponse().read()
    passed, used = time.perf_counter() - started, server.processor_seconds - processor
    connection.close()
    return Ingest(requests / passed, used / requests * 1e6)


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


class Streams:
    """Streams of all keys, as consoles keep them open, which another process reads."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def set_number(self, number: int) -> int:
        """Open or close streams until there are `number`; return how many messages arrived since the last call."""
        if not self._process.stdin or not self._process.stdout:
            raise RuntimeError("the process has no pipes")
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def read_streams(server: Server) -> Iterator[Streams]:
    """Run the process that reads streams."""
    command = [*pinned(LOAD_CORE), sys.executable, "-m", "tests.bench.console.streams", server.url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Streams(process)
        if process.stdin:
            process.stdin.close()
