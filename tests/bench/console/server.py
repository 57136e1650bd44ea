"""Starts `pendo-emulator serve` on a store, and fills a store in this process."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from pendo_contracts.judge import judge_request
from pendo_emulator.hosts.responder import Responder
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.store import Store
from tests.bench.beacon_corpus import KEY, generate
from tests.bench.measured_process import MEASURED_CORE, cpu_seconds_of, pinned

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND: Final = Path(sys.executable).with_name("pendo-emulator")
BATCH: Final = 1000
MODELS: Final = 400


class Server(NamedTuple):
    """A running server: its address and the id of its process."""

    url: str
    process_id: int

    @property
    def memory(self) -> int:
        """The resident memory of the process in bytes."""
        status = Path(f"/proc/{self.process_id}/status").read_text("utf-8")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) * 1024 if found else 0

    @property
    def processor_seconds(self) -> float:
        """The processor time of the process in seconds."""
        return cpu_seconds_of(self.process_id)


@contextmanager
def serve(store: Path) -> Iterator[Server]:
    """Run a server on a free port, on the measured core."""
    command = [*pinned(MEASURED_CORE), COMMAND, "serve", "--port", "0", "--store", store, "--log", "none"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            found = next(filter(None, (re.search(r"http://[\d.:]+", line) for line in process.stdout or ())))
            yield Server(found[0], process.pid)
        finally:
            process.terminate()


def fill(file: Path, key: str, exchanges: int) -> None:
    """Record exchanges of a key in a new store."""
    recorder = Recorder(Store(file))
    responder = Responder(recorder)
    judged = [judge_request(request.envelope()) for request in generate(MODELS)]
    models = [
        replace(
            request,
            envelope=replace(request.envelope, url=request.envelope.url.replace(KEY, key)),
            beacon=replace(request.beacon, api_key=key),
        )
        for request in judged
        if len(request.beacon.events) <= 2
    ]
    requests = islice(cycle(models), exchanges)
    while batch := list(islice(requests, BATCH)):
        responder.respond(batch)
    recorder.close()
