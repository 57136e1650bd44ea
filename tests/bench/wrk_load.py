"""Sends load to a server with wrk, from the core that is not measured."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.measured_process import LOAD_CORE, pinned

CONNECTIONS: Final = 16
SCRIPT: Final = Path(__file__).with_name("wrk_load.lua")


@dataclass(frozen=True)
class LoadResult:
    """The numbers of answered and failed requests, the seconds, and latencies in milliseconds.

    If a request stalls its connection, wrk also counts latencies for the requests that it could not send meanwhile.
    """

    requests: int
    seconds: float
    failed: int
    p50: float
    p99: float


def send_load(port: int, corpus: Path, seconds: int) -> LoadResult:
    """Send the requests of a corpus file, a Lua table, repeatedly to a port of this machine."""
    options = (f"-c{CONNECTIONS}", "-t1", f"-d{seconds}s", "--timeout", "20s", "--script", str(SCRIPT))
    command = pinned(LOAD_CORE, "wrk", *options, f"http://127.0.0.1:{port}", "--", str(corpus))
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return LoadResult(**json.loads(done.stdout.splitlines()[-1]))
