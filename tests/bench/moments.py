"""Moments: what a test waits for, again and again, in milliseconds."""

from __future__ import annotations

import time
from http.client import HTTPConnection
from itertools import cycle
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from corpus import Request, generate

from pendo_emulator.server import Emulator
from pendo_emulator.space import Space

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server import Running

SETTLING: Final = 0.002


class Life(NamedTuple):
    """How long an emulator took to its first answer, and how long to stop."""

    up: float
    down: float


def live(times: int) -> list[Life]:
    """Start an emulator in this process, send it a beacon and stop it; the first, which loads it all, is left out."""
    (request,) = generate(1)
    return [_live_once(request) for _ in range(times + 1)][1:]


def _live_once(request: Request) -> Life:
    began = time.perf_counter()
    emulator = Emulator().start()
    _exchange(HTTPConnection(emulator.host, emulator.port), request)
    answered = time.perf_counter()
    emulator.stop()
    return Life((answered - began) * 1000, (time.perf_counter() - answered) * 1000)


def live_fresh(times: int) -> list[float]:
    """Take a fresh space, look into it and forget it."""
    with Emulator() as emulator:
        return [_took(lambda: _visit(Space.fresh(emulator))) for _ in range(times)]


def _visit(space: Space) -> None:
    space.exchanges()
    space.clear()


def ask(one: Running, requests: Sequence[Request], seconds: int) -> list[float]:
    """Send request after request on one connection: how long each takes."""
    connection, turn, times = HTTPConnection("127.0.0.1", one.port), cycle(requests), []
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        times.append(_took(lambda: _exchange(connection, next(turn))))
    return times


def see(one: Running, times: int) -> list[float]:
    """Send beacons and wait for each at the control API: how long from its sending until it is seen there."""
    key = str(uuid4())
    (request,) = generate(1, key=key)
    sender, watcher = HTTPConnection("127.0.0.1", one.port), HTTPConnection("127.0.0.1", one.port)
    return [_see_one(sender, watcher, request, count) for count in range(1, times + 1)]


def _see_one(sender: HTTPConnection, watcher: HTTPConnection, request: Request, count: int) -> float:
    watcher.request("GET", f"/_emulator/keys/{request.key}/wait?count={count}&timeout=10")
    time.sleep(SETTLING)  # until the watcher waits
    began = time.perf_counter()
    _send(sender, request)
    watcher.getresponse().read()
    seen = time.perf_counter()
    sender.getresponse().read()
    return (seen - began) * 1000


def _send(connection: HTTPConnection, request: Request) -> None:
    connection.request(request.method, request.target, request.body, request.headers)


def _exchange(connection: HTTPConnection, request: Request) -> None:
    _send(connection, request)
    connection.getresponse().read()


def _took(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
