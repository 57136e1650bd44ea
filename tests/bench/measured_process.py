"""Starts a program on the measured core and reads from /proc how much CPU time and memory it uses."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeVar

    Result = TypeVar("Result")

MEASURED_CORE: Final = "0"
LOAD_CORE: Final = "1"
TIMEOUT: Final = 10.0

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_seconds_of(pid: int) -> float:
    """Return the CPU time of a process in seconds, from Linux's clock of the process (clock_getcpuclockid(3))."""
    return time.clock_gettime(~pid << 3 | 2)


def pinned(core: str, *command: str) -> list[str]:
    """Return a command that runs on one core."""
    return ["taskset", "--cpu-list", core, *command]


@dataclass(frozen=True)
class MeasuredProcess:
    """A running process and its descendants."""

    process: subprocess.Popen[bytes]

    @property
    def cpu_seconds(self) -> float:
        """User and system time until now, in seconds with a resolution of 10 ms."""
        own_and_ended_children = slice(11, 15)
        return sum(int(ticks) for stat in self._stat_fields() for ticks in stat[own_and_ended_children]) / _TICK

    @property
    def memory(self) -> int:
        """Resident memory in bytes."""
        return sum(int(stat[21]) for stat in self._stat_fields()) * _PAGE

    def end(self) -> None:
        """End the process and its descendants, each by its id."""
        _, *descendants = self._tree()
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(TIMEOUT)
        for pid in descendants:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def _stat_fields(self) -> list[list[str]]:
        return [_read_stat(Path(f"/proc/{pid}/stat")) for pid in self._tree()]

    def _tree(self) -> list[int]:
        parents = {int(file.parent.name): int(_read_stat(file)[1]) for file in Path("/proc").glob("[0-9]*/stat")}
        tree = [self.process.pid]
        for pid in tree:
            tree.extend(child for child, parent in parents.items() if parent == pid)
        return tree


@contextmanager
def run_measured(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Iterator[MeasuredProcess]:
    """Run a command on the measured core inside the block; its output goes to `log`."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            pinned(MEASURED_CORE, *command),
            stdout=output,
            stderr=output,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
        )
    measured = MeasuredProcess(process)
    try:
        yield measured
    finally:
        measured.end()


def call_in_new_process(function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function in a new process on the measured core and return its result."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, os.sched_setaffinity, (0, {int(MEASURED_CORE)})) as pool:
        return pool.submit(function, *arguments).result()


def _read_stat(file: Path) -> list[str]:
    """Read the fields of proc(5) stat from the third one on; return zeros if the process has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return file.read_text().rpartition(")")[2].split()
    return ["0"] * 50
