"""Measures the waiting times of a test: start and stop of an emulator, responses, and the control API's `wait`."""

from __future__ import annotations

import time
from http.client import HTTPConnection
from itertools import cycle
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from pendo_emulator.api_key_space import Space
from pendo_emulator.server import Emulator
from tests.bench.beacon_corpus import Request, generate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.bench.measured_server import RunningServer

WAIT_IS_SENT: Final = 0.002


class EmulatorTimes(NamedTuple):
    """Milliseconds from the start of an emulator to its first response, and for its stop."""

    first_response: float
    stop: float


def measure_emulators(times: int) -> list[EmulatorTimes]:
    """Start an emulator in this process, send it a beacon and stop it, repeatedly; leave out the first, slower time."""
    (request,) = generate(1)
    return [_measure_emulator(request) for _ in range(times + 1)][1:]


def _measure_emulator(request: Request) -> EmulatorTimes:
    started = time.perf_counter()
    emulator = Emulator().start()
    _send_and_read(HTTPConnection(emulator.host, emulator.port), request)
    answered = time.perf_counter()
    emulator.stop()
    return EmulatorTimes((answered - started) * 1000, (time.perf_counter() - answered) * 1000)


def measure_spaces(times: int) -> list[float]:
    """Create a space, read its exchanges and clear it, repeatedly; return milliseconds."""
    with Emulator() as emulator:
        return [_milliseconds(lambda: _use_space(Space.fresh(emulator))) for _ in range(times)]


def _use_space(space: Space) -> None:
    space.exchanges()
    space.clear()


def measure_responses(server: RunningServer, requests: Sequence[Request], seconds: int) -> list[float]:
    """Send one request after the other on one connection; return the milliseconds of each response."""
    connection, repeated, times = HTTPConnection("127.0.0.1", server.port), cycle(requests), []
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        times.append(_milliseconds(lambda: _send_and_read(connection, next(repeated))))
    return times


def measure_notifications(server: RunningServer, times: int) -> list[float]:
    """Send beacons and wait for each at the control API; return the milliseconds from sending to the end of waiting."""
    key = str(uuid4())
    (request,) = generate(1, key=key)
    sender, waiter = HTTPConnection("127.0.0.1", server.port), HTTPConnection("127.0.0.1", server.port)
    return [_measure_notification(sender, waiter, request, count) for count in range(1, times + 1)]


def _measure_notification(sender: HTTPConnection, waiter: HTTPConnection, request: Request, count: int) -> float:
    waiter.request("GET", f"/_emulator/keys/{request.key}/wait?count={count}&timeout=10")
    time.sleep(WAIT_IS_SENT)
    started = time.perf_counter()
    _send(sender, request)
    waiter.getresponse().read()
    notified = time.perf_counter()
    sender.getresponse().read()
    return (notified - started) * 1000


def _send(connection: HTTPConnection, request: Request) -> None:
    connection.request(request.method, request.target, request.body, request.headers)


def _send_and_read(connection: HTTPConnection, request: Request) -> None:
    _send(connection, request)
    connection.getresponse().read()


def _milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000
