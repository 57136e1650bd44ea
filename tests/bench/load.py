"""Load: what wrk sends from the other core, and what it saw."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from program import OTHER_CORE, pinned

CONNECTIONS: Final = 16
SCRIPT: Final = Path(__file__).with_name("load.lua")


@dataclass(frozen=True)
class Load:
    """Requests answered within some seconds, and those that failed; latencies in milliseconds.

    wrk counts a request that stalled its connection also for those that should have been sent meanwhile.
    """

    requests: int
    seconds: float
    failed: int
    p50: float
    p99: float


def send(port: int, corpus: Path, seconds: int) -> Load:
    """Send the corpus, a Lua table, over and over to a port of this machine."""
    options = (f"-c{CONNECTIONS}", "-t1", f"-d{seconds}s", "--timeout", "20s", "--script", str(SCRIPT))
    command = pinned(OTHER_CORE, "wrk", *options, f"http://127.0.0.1:{port}", "--", str(corpus))
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return Load(**json.loads(done.stdout.splitlines()[-1]))
