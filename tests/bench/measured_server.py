"""Describes, starts and measures a server under load."""

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

from tests.bench.measured_process import MeasuredProcess, run_measured
from tests.bench.peer_installation import PEERS
from tests.bench.wrk_load import CONNECTIONS, LoadResult, send_load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.bench.beacon_corpus import Request
    from tests.bench.peer_installation import PeerInstallation

TIMEOUT: Final = 30.0
POLL_INTERVAL: Final = 0.001


@dataclass(frozen=True)
class ServerDescription:
    """The commands that start a server that records requests and read the number of recorded requests.

    `command`, `environment` and `count_url` may contain {port} (the port for the load), {admin} (another free port),
    {folder} (an empty folder), {peers} and {installation}. `count_url` is <port>/<path> of a JSON document from which
    `read_count` extracts the number of recorded requests; it is empty if the server does not report it. `note` says
    which parts of the emulator's work the server does. `warm_up` is the seconds of load it needs to reach its speed.
    """

    name: str
    command: str
    count_url: str = ""
    read_count: Callable[[Any], int] = int
    installation: PeerInstallation | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    warm_up: int = 2

    def obstacle(self) -> str:
        """Return the reason why the server cannot be started here, or "" if it can be started."""
        program = self.command.split()[0]
        if not shutil.which(program):
            return f"{program} is not installed"
        if (peers := self.installation) and not peers.install():
            return f"the {peers.name} programs cannot be installed; this needs {peers.needs}; {peers.log} says more"
        return ""


@dataclass(frozen=True)
class RunningServer:
    """A running server; `first_response` is the milliseconds from its start to its first response to a beacon."""

    description: ServerDescription
    process: MeasuredProcess
    port: int
    admin: int
    first_response: float

    def recorded(self) -> int:
        """Return the number of requests that the server has recorded, or 0 if it does not report this."""
        if not self.description.count_url:
            return 0
        port, _, path = self.description.count_url.format(port=self.port, admin=self.admin).partition("/")
        connection = HTTPConnection("127.0.0.1", int(port), timeout=TIMEOUT)
        connection.request("GET", f"/{path}")
        return self.description.read_count(json.loads(connection.getresponse().read()))


@dataclass(frozen=True)
class LoadMeasurement:
    """A server under load: the result of wrk, the used CPU seconds, and the growth of memory in bytes."""

    load: LoadResult
    cpu_seconds: float
    memory_growth: int


class MeasurementError(Exception):
    """A measurement is not valid; the message says why."""


def measure_under_load(server: RunningServer, corpus: Path, seconds: int) -> LoadMeasurement:
    """Put a running server under load; raise MeasurementError if requests fail or are not recorded."""
    name, process = server.description.name, server.process
    recorded, memory, cpu_seconds = server.recorded(), process.memory, process.cpu_seconds
    load = send_load(server.port, corpus, seconds)
    measurement = LoadMeasurement(load, process.cpu_seconds - cpu_seconds, process.memory - memory)
    if load.failed:
        raise MeasurementError(f"{name}: {load.failed} of {load.requests} requests failed")
    recorded = server.recorded() - recorded
    # Requests may be pending at the start and at the end.
    if server.description.count_url and not 0 <= recorded - load.requests <= 2 * CONNECTIONS:
        raise MeasurementError(f"{name}: {load.requests} requests were answered, but {recorded} were recorded")
    return measurement


@contextmanager
def run_server(description: ServerDescription, probe: Request) -> Iterator[RunningServer]:
    """Run a server in an empty folder inside the block, which starts once the server answers the beacon `probe`."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        port, admin = _free_port(), _free_port()
        values = {"port": port, "admin": admin, "folder": folder, "peers": PEERS}
        values["installation"] = description.installation.folder if description.installation else ""
        command = description.command.format(**values).split()
        environment = {name: value.format(**values) for name, value in description.environment.items()}
        log, started = Path(folder, "log"), time.perf_counter()
        with run_measured(command, log, environment) as process:
            _wait_for_response(process, port, probe, log)
            yield RunningServer(description, process, port, admin, (time.perf_counter() - started) * 1000)


def _wait_for_response(process: MeasuredProcess, port: int, probe: Request, log: Path) -> None:
    deadline = time.perf_counter() + TIMEOUT
    while not _responds(port, probe):
        if process.process.poll() is not None or time.perf_counter() > deadline:
            raise MeasurementError(f"the server does not answer; its log ends with:\n{log.read_text()[-2000:]}")
        time.sleep(POLL_INTERVAL)


def _responds(port: int, request: Request) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    with suppress(OSError, HTTPException):
        connection.request(request.method, request.target, request.body, request.headers)
        return connection.getresponse().status == 200
    return False


def _free_port() -> int:
    """Return a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
