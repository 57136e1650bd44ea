"""Program: one that was started for a measurement, alone on its core; what it used is read from /proc."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import TypeVar

    Result = TypeVar("Result")

CORE: Final = "0"
OTHER_CORE: Final = "1"
PATIENCE: Final = 10.0

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def pinned(core: str, *command: str) -> list[str]:
    """Keep a command on one core."""
    return ["taskset", "--cpu-list", core, *command]


@dataclass(frozen=True)
class Program:
    """A running program with everything that it started."""

    process: subprocess.Popen[bytes]

    @property
    def cpu_seconds(self) -> float:
        """Seconds of user and system time until now, in steps of 10 ms."""
        own_and_ended_childrens = slice(11, 15)
        return sum(int(ticks) for stat in self._stats() for ticks in stat[own_and_ended_childrens]) / _TICK

    @property
    def memory(self) -> int:
        """Resident bytes."""
        return sum(int(stat[21]) for stat in self._stats()) * _PAGE

    def end(self) -> None:
        """End it and what it started, each by its number."""
        _, *others = self._tree()
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        for pid in others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def _stats(self) -> list[list[str]]:
        return [_numbers(Path(f"/proc/{pid}/stat")) for pid in self._tree()]

    def _tree(self) -> list[int]:
        parents = {int(file.parent.name): int(_numbers(file)[1]) for file in Path("/proc").glob("[0-9]*/stat")}
        tree = [self.process.pid]
        for pid in tree:
            tree.extend(child for child, parent in parents.items() if parent == pid)
        return tree


@contextmanager
def start(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Iterator[Program]:
    """Start a command on the measured core; what it says goes to `log`. It is ended on the way out."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            pinned(CORE, *command), stdout=said, stderr=said, env=os.environ | environment, stdin=subprocess.DEVNULL
        )
    program = Program(process)
    try:
        yield program
    finally:
        program.end()


def alone(function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function in a fresh process on the measured core."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, os.sched_setaffinity, (0, {int(CORE)})) as pool:
        return pool.submit(function, *arguments).result()


def _numbers(file: Path) -> list[str]:
    """Read a process's numbers, from the third of proc(5) on; all 0 once it ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return file.read_text().rpartition(")")[2].split()  # the name before may hold anything
    return ["0"] * 50
