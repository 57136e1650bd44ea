"""All clients of a soak: well-behaved senders, senders whose API key has faults, hostile clients and a health check."""

from __future__ import annotations

import json
import time
from http.client import HTTPConnection, HTTPException
from random import Random
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, Self

from tests.stress.event_sender import EventSender
from tests.stress.soak.hostile_client import HostileClient

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from tests.stress.server_process import ServerProcess

NORMAL_SENDERS: Final = 6
FAULTY_SENDERS: Final = 4
HOSTILE_CLIENTS: Final = 8
FAULTY_RATE: Final = 20.0
HEALTH_INTERVAL: Final = 0.1
FAULT_INTERVAL: Final = 0.5
TIMEOUT: Final = 10.0

FAULTS: Final[tuple[list[dict[str, Any]], ...]] = (
    [{"status": 503}],
    [{"status": 429, "retry_after": 1, "probability": 0.5}],
    [{"delay": 0.05}],
    [{"reset": True, "probability": 0.3}],
    [{"hang": 0.3, "times": 3}],
    [{"truncate": True, "probability": 0.5}],
    [{"body": "html"}, {"no_cors": True}],
    [],
)


class HealthChecker(Thread):
    """Requests a server's health until `stop` is set; `seconds` are the response times, `failures` the errors."""

    def __init__(self, server: ServerProcess, stop: Event) -> None:
        super().__init__(name="health checker", daemon=True)
        self._server, self._stop_event = server, stop
        self.seconds: list[float] = []
        self.failures: list[str] = []

    def run(self) -> None:
        """Request the health until `stop` is set; ignore errors while the server is down."""
        while not self._stop_event.wait(HEALTH_INTERVAL):
            address, started = self._server.address, time.monotonic()
            try:
                status = call_control_api(self._server, "GET", "health")
            except (OSError, HTTPException) as error:
                if self._server.up and self._server.address == address:
                    self.failures.append(repr(error))
            else:
                self.seconds.append(time.monotonic() - started)
                self.failures += [] if status == 200 else [f"status {status}"]


class FaultSetter(Thread):
    """Sets random faults on random API keys until `stop` is set."""

    def __init__(self, server: ServerProcess, api_keys: list[str], stop: Event, random: Random) -> None:
        super().__init__(name="fault setter", daemon=True)
        self._server, self._api_keys, self._stop_event, self._random = server, api_keys, stop, random

    def run(self) -> None:
        """Set faults until `stop` is set."""
        while not self._stop_event.wait(FAULT_INTERVAL / len(self._api_keys)):
            path, faults = f"keys/{self._random.choice(self._api_keys)}/faults", self._random.choice(FAULTS)
            try:
                call_control_api(self._server, "PUT", path, json.dumps(faults))
            except (OSError, HTTPException):  # the soak kills the server from time to time
                continue


def call_control_api(server: ServerProcess, method: str, path: str, body: str | None = None) -> int:
    """Send one request to the control API on a new connection and return the status."""
    connection = HTTPConnection(*server.address, timeout=TIMEOUT)
    try:
        connection.request(method, f"/_emulator/{path}", body)
        response = connection.getresponse()
        response.read()
    finally:
        connection.close()
    return response.status


class ClientLoad:
    """All clients, running inside a `with` block; the normal senders together send `rate` events a second.

    A rate of 0 means that they send as fast as they can.
    """

    def __init__(self, server: ServerProcess, name: str, tls: ssl.SSLContext, seed: int, rate: float) -> None:
        self.stop, random = Event(), Random(f"{seed}/{name}")
        self.normal_senders = [
            EventSender(
                server,
                f"good-{n}",
                f"{name}-good-{n}",
                self.stop,
                rate / NORMAL_SENDERS,
                tls if n % 3 == 0 else None,
            )
            for n in range(NORMAL_SENDERS)
        ]
        self.faulty_senders = [
            EventSender(server, f"faulty-{n}", f"{name}-faulty-{n}", self.stop, FAULTY_RATE)
            for n in range(FAULTY_SENDERS)
        ]
        self.health = HealthChecker(server, self.stop)
        self.hostile_clients = [
            HostileClient(server, self.stop, Random(random.random())) for _ in range(HOSTILE_CLIENTS)
        ]
        api_keys = [sender.api_key for sender in self.faulty_senders]
        self._faults = FaultSetter(server, api_keys, self.stop, Random(random.random()))

    def __enter__(self) -> Self:
        for client in self._clients():
            client.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for client in self._clients():
            client.join()

    def _clients(self) -> Iterator[Thread]:
        yield from (*self.normal_senders, *self.faulty_senders, *self.hostile_clients, self.health, self._faults)
