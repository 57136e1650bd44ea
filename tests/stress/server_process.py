"""Runs `pendo-emulator serve` on one store, so that a test can kill it and start it again."""

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
TIMEOUT: Final = 30.0
POLL_INTERVAL: Final = 0.01
LOG_TAIL: Final = 2_000

_ADDRESS: Final = re.compile(r"http://([\d.]+):(\d+)")
_TRACEBACK: Final = re.compile(r"^Traceback.*(?:\n .*)*\n.*", re.MULTILINE)
# Python's ssl module prints this traceback itself if the server name of a client is not valid text.
_INVALID_SERVER_NAME: Final = re.compile(
    r"^Exception ignored in: b'.*\nTraceback.*(?:\n .*)*\nUnicodeDecodeError.*", re.MULTILINE
)


class ServerProcess:
    """A server and its worker processes; `address` changes at each start.

    `log` receives the server's stderr. `up` is true from a successful start until the server is killed or stopped here.
    """

    def __init__(self, store: str, log: Path, options: Sequence[str] = (), workers: int = 1) -> None:
        self._command = [str(COMMAND), "serve", "--port", "0", "--store", store, *options, "--workers", str(workers)]
        self._log = log
        self._process_count = workers + 1 if workers > 1 else 1
        self.address = ("", 0)
        self.up = False

    def start(self) -> None:
        """Start the server; return once all its processes run and it accepts connections.

        Raises RuntimeError if it does not start.
        """
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                self._command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
        line = self._process.stdout.readline() if self._process.stdout else ""
        match = _ADDRESS.search(line)
        if not match:
            raise RuntimeError(f"the server does not start; its log:\n{self._log.read_text()}")
        self.address = (match[1], int(match[2]))
        wait_until(
            lambda: len(self.processes()) == self._process_count and self._accepts_connections(),
            f"the server does not accept connections at {match[0]}",
        )
        self.up = True

    def kill(self) -> None:
        """Kill all processes of the server with SIGKILL; raise RuntimeError if it has already ended."""
        self.up = False
        if self._process.poll() is not None:
            tail = self._log.read_text("utf-8", "replace")[-LOG_TAIL:]
            raise RuntimeError(f"the server ended before it was killed; its log ends with:\n{tail}")
        os.killpg(self._process.pid, signal.SIGKILL)
        self._wait_for_exit()

    def kill_worker(self, choice: float) -> None:
        """Kill one worker, chosen by a number from 0 to 1, and wait until another one replaces it."""
        _, *workers = self.processes()
        os.kill(workers[int(choice * len(workers))], signal.SIGKILL)
        wait_until(lambda: len({*self.processes()} - {*workers}) == 2, "the killed worker is not replaced")

    def stop(self) -> None:
        """Stop the server with SIGTERM."""
        self.up = False
        self._process.terminate()
        self._wait_for_exit()

    def processes(self) -> list[int]:
        """List the ids of the server's processes, the main process first."""
        main = self._process.pid
        groups = {int(file.parent.name): _process_group(file) for file in Path("/proc").glob("[0-9]*/stat")}
        return [main, *sorted(pid for pid, group in groups.items() if group == main and pid != main)]

    def tracebacks(self) -> list[str]:
        """List the tracebacks in the server's log."""
        return _TRACEBACK.findall(_INVALID_SERVER_NAME.sub("", self._log.read_text("utf-8", "replace")))

    def _accepts_connections(self) -> bool:
        try:
            socket.create_connection(self.address, TIMEOUT).close()
        except ConnectionRefusedError:
            return False
        return True

    def _wait_for_exit(self) -> None:
        self._process.wait(TIMEOUT)
        if self._process.stdout:
            self._process.stdout.close()


def wait_until(condition: Callable[[], bool], message: str) -> None:
    """Wait until a condition is true; raise TimeoutError with the message after TIMEOUT seconds."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(message)
        time.sleep(POLL_INTERVAL)


def _process_group(stat: Path) -> int:
    """Read a process's group from the fifth field of proc(5) stat; return 0 if the process has ended."""
    try:
        text = stat.read_text()
    except OSError:
        return 0
    return int(text.rpartition(")")[2].split()[2])
