"""Server: a row of the table of those that are measured, and how one is started and measured."""

from __future__ import annotations

import json
import shutil
import socket
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kit import PEERS
from load import CONNECTIONS, Load, send
from program import Program, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from corpus import Request
    from kit import Kit

PATIENCE: Final = 30.0
POLL: Final = 0.001


@dataclass(frozen=True)
class Server:
    """How to start a server that records requests, and how it says how many.

    In `command`, `environment` and `count` stand {port}, where it is to receive, {admin}, another free port, {folder},
    which is its own and empty, {peers} and {kit}. `count` is <port>/<path> of a JSON document, in which `number` finds
    how many requests were recorded; "" where it does not tell. `note` says what of our work it does. `warm` is how many
    seconds of load it needs to reach its speed.
    """

    name: str
    command: str
    count: str = ""
    number: Callable[[Any], int] = int
    kit: Kit | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    warm: int = 2

    def obstacle(self) -> str:
        """Say why it cannot be started here; "" where it can."""
        program = self.command.split()[0]
        if not shutil.which(program):
            return f"{program} is not installed"
        if self.kit and not self.kit.install():
            return f"{self.kit.name} could not be installed: it needs {self.kit.needs}"
        return ""


@dataclass(frozen=True)
class Running:
    """A server that runs; `first_answer` is how many milliseconds after its start it first answered a beacon."""

    server: Server
    program: Program
    port: int
    admin: int
    first_answer: float

    def recorded(self) -> int:
        """Ask it how many requests it has recorded; 0 where it does not tell."""
        if not self.server.count:
            return 0
        port, _, path = self.server.count.format(port=self.port, admin=self.admin).partition("/")
        connection = HTTPConnection("127.0.0.1", int(port), timeout=PATIENCE)
        connection.request("GET", f"/{path}")
        return self.server.number(json.loads(connection.getresponse().read()))


@dataclass(frozen=True)
class Window:
    """A server under load for some seconds: what wrk saw, CPU seconds used, bytes of memory grown."""

    load: Load
    cpu_seconds: float
    growth: int


class MeasurementError(Exception):
    """What was measured is not what should have been; the text says how they differ."""


def load_server(one: Running, corpus: Path, seconds: int) -> Window:
    """Put a running server under load; raise MeasurementError if requests fail or are not recorded."""
    before = one.recorded()
    memory, used = one.program.memory, one.program.cpu_seconds
    load = send(one.port, corpus, seconds)
    window = Window(load, one.program.cpu_seconds - used, one.program.memory - memory)
    if load.failed:
        raise MeasurementError(f"{one.server.name}: {load.failed} of {load.requests} requests failed")
    recorded = one.recorded() - before
    if one.server.count and not 0 <= recorded - load.requests <= 2 * CONNECTIONS:  # under way: at the start, at the end
        raise MeasurementError(f"{one.server.name}: {load.requests} were answered, {recorded} recorded")
    return window


@contextmanager
def running(server: Server, probe: Request) -> Iterator[Running]:
    """Start a server in a folder of its own and wait until it answers a beacon; it is ended on the way out."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        port, admin = _free_port(), _free_port()
        places = {"port": port, "admin": admin, "folder": folder, "peers": PEERS}
        places["kit"] = server.kit.folder if server.kit else ""
        command = server.command.format(**places).split()
        environment = {name: value.format(**places) for name, value in server.environment.items()}
        log, began = Path(folder, "log"), time.perf_counter()
        with start(command, log, environment) as program:
            _await_answer(program, port, probe, log)
            yield Running(server, program, port, admin, (time.perf_counter() - began) * 1000)


def _await_answer(program: Program, port: int, probe: Request, log: Path) -> None:
    deadline = time.perf_counter() + PATIENCE
    while not _answers(port, probe):
        if program.process.poll() is not None or time.perf_counter() > deadline:
            raise MeasurementError(f"no answer; it said\n{log.read_text()[-2000:]}")
        time.sleep(POLL)


def _answers(port: int, request: Request) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with suppress(OSError, HTTPException):
        connection.request(request.method, request.target, request.body, request.headers)
        return connection.getresponse().status == 200
    return False


def _free_port() -> int:
    """Find a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
