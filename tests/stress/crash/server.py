"""Server: `pendo-emulator serve` on one store, to be killed without warning and started again."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMAND: Final = Path(sys.executable).parent / "pendo-emulator"
PATIENCE: Final = 30.0
GLANCE: Final = 0.01
TAIL: Final = 2_000

_ADDRESS: Final = re.compile(r"http://([\d.]+):(\d+)")
_TRACE: Final = re.compile(r"^Traceback.*(?:\n .*)*\n.*", re.MULTILINE)
# Python's ssl prints one by itself where a client names a host that is no text.
_NO_HOST: Final = re.compile(r"^Exception ignored in: b'.*\nTraceback.*(?:\n .*)*\nUnicodeDecodeError.*", re.MULTILINE)


class Server:
    """One server and all its processes; `address` changes whenever it starts.

    `log` gets what it says on stderr. `up` tells whether it answers, as far as is known here.
    """

    def __init__(self, store: str, log: Path, options: Sequence[str] = (), workers: int = 1) -> None:
        self._command = [str(COMMAND), "serve", "--port", "0", "--store", store, *options, "--workers", str(workers)]
        self._log, self._size = log, workers + 1 if workers > 1 else 1
        self.address = ("", 0)
        self.up = False

    def start(self) -> None:
        """Start it; return when all of it runs and somebody listens where it says it is."""
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                self._command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
        line = self._process.stdout.readline() if self._process.stdout else ""
        found = _ADDRESS.search(line)
        if not found:
            raise RuntimeError(f"the server does not start:\n{self._log.read_text()}")
        self.address = (found[1], int(found[2]))
        wait_until(lambda: len(self.processes()) == self._size and self._listens(), "nobody listens")
        self.up = True

    def kill(self) -> None:
        """Kill all of it at once, as a crash would; raise RuntimeError if it has ended before."""
        self.up = False
        if self._process.poll() is not None:
            raise RuntimeError(f"the server ended by itself:\n{self._log.read_text('utf-8', 'replace')[-TAIL:]}")
        os.killpg(self._process.pid, signal.SIGKILL)
        self._gone()

    def kill_worker(self, choice: float) -> None:
        """Kill one of its processes but the first; `choice` from 0 to 1 says which."""
        _, *workers = self.processes()
        os.kill(workers[int(choice * len(workers))], signal.SIGKILL)
        wait_until(lambda: len({*self.processes()} - {*workers}) == 2, "the worker is not replaced")

    def stop(self) -> None:
        """End it in the usual way."""
        self.up = False
        self._process.terminate()
        self._gone()

    def processes(self) -> list[int]:
        """List its processes, the first one first."""
        leader = self._process.pid
        groups = {int(file.parent.name): _group(file) for file in Path("/proc").glob("[0-9]*/stat")}
        return [leader, *sorted(pid for pid, group in groups.items() if group == leader and pid != leader)]

    def traces(self) -> list[str]:
        """Find the tracebacks in what it said."""
        return _TRACE.findall(_NO_HOST.sub("", self._log.read_text("utf-8", "replace")))

    def _listens(self) -> bool:
        try:
            socket.create_connection(self.address, PATIENCE).close()
        except ConnectionRefusedError:
            return False
        return True

    def _gone(self) -> None:
        self._process.wait(PATIENCE)
        if self._process.stdout:
            self._process.stdout.close()


def wait_until(fulfilled: Callable[[], bool], otherwise: str) -> None:
    """Wait for a condition; raise TimeoutError with what is the matter if it does not come about."""
    deadline = time.monotonic() + PATIENCE
    while not fulfilled():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(GLANCE)


def _group(stat: Path) -> int:
    """Read a process's group, the fifth number of proc(5); 0 where the process has ended."""
    try:
        text = stat.read_text()
    except OSError:
        return 0
    return int(text.rpartition(")")[2].split()[2])
