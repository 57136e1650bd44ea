"""The crowd: good senders, senders whose API key has faults, pests, and somebody who asks how the server is."""

from __future__ import annotations

import json
import time
from http.client import HTTPConnection, HTTPException
from random import Random
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, Self

from tests.stress.crash.sender import Sender
from tests.stress.soak.pest import Pest

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from tests.stress.crash.server import Server

GOOD: Final = 6
FAULTY: Final = 4
PESTS: Final = 8
FAULTY_PACE: Final = 20.0
ASKING: Final = 0.1
CHANGING: Final = 0.5
PATIENCE: Final = 10.0

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


class Patient(Thread):
    """Asks a server for its health until `over`: the seconds each answer took, and why there was none."""

    def __init__(self, server: Server, over: Event) -> None:
        super().__init__(name="patient", daemon=True)
        self._server, self._over = server, over
        self.seconds: list[float] = []
        self.failures: list[str] = []

    def run(self) -> None:
        """Ask until it is over."""
        while not self._over.wait(ASKING):
            address, began = self._server.address, time.monotonic()
            try:
                status = ask(self._server, "GET", "health")
            except (OSError, HTTPException) as error:
                if self._server.up and self._server.address == address:
                    self.failures.append(repr(error))
            else:
                self.seconds.append(time.monotonic() - began)
                self.failures += [] if status == 200 else [f"status {status}"]


class Saboteur(Thread):
    """Puts one fault after the other on API keys until `over`."""

    def __init__(self, server: Server, api_keys: list[str], over: Event, random: Random) -> None:
        super().__init__(name="saboteur", daemon=True)
        self._server, self._api_keys, self._over, self._random = server, api_keys, over, random

    def run(self) -> None:
        """Change something until it is over."""
        while not self._over.wait(CHANGING / len(self._api_keys)):
            path, faults = f"keys/{self._random.choice(self._api_keys)}/faults", self._random.choice(FAULTS)
            try:
                ask(self._server, "PUT", path, json.dumps(faults))
            except (OSError, HTTPException):  # the server is being killed now and then
                continue


def ask(server: Server, method: str, path: str, body: str | None = None) -> int:
    """Ask the control API something on a connection of its own; return the status."""
    connection = HTTPConnection(*server.address, timeout=PATIENCE)
    try:
        connection.request(method, f"/_emulator/{path}", body)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    return answer.status


class Crowd:
    """All of them at once; `pace` is what the good send a second together, as fast as they can where it is 0."""

    def __init__(self, server: Server, name: str, tls: ssl.SSLContext, seed: int, pace: float) -> None:
        self.over, random = Event(), Random(f"{seed}/{name}")
        self.good = [
            Sender(server, f"good-{n}", f"{name}-good-{n}", self.over, pace / GOOD, tls if n % 3 == 0 else None)
            for n in range(GOOD)
        ]
        self.faulty = [
            Sender(server, f"faulty-{n}", f"{name}-faulty-{n}", self.over, FAULTY_PACE) for n in range(FAULTY)
        ]
        self.patient = Patient(server, self.over)
        self.pests = [Pest(server, self.over, Random(random.random())) for _ in range(PESTS)]
        api_keys = [sender.api_key for sender in self.faulty]
        self._saboteur = Saboteur(server, api_keys, self.over, Random(random.random()))

    def __enter__(self) -> Self:
        for member in self._members():
            member.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for member in self._members():
            member.join()

    def _members(self) -> Iterator[Thread]:
        yield from (*self.good, *self.faulty, *self.pests, self.patient, self._saboteur)
