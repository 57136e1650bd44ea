"""Runs the child process of `exec`: passes signals on to it, and ends all its processes at the end."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

POLL_INTERVAL: Final = 0.01
SIGNAL_BASE: Final = 128

_SET_CHILD_SUBREAPER: Final = 36
# Python ignores these signals, but the child expects the system's default.
_IGNORED_BY_PYTHON: Final = (signal.SIGPIPE, signal.SIGXFSZ)
_PROCESSES: Final = Path("/proc")


class End(NamedTuple):
    """The end of a child: its exit code like in a shell (128 + n for signal n), and the signal's name or ""."""

    exit_code: int
    signal: str = ""


class _Process(NamedTuple):
    pid: int
    parent: int
    group: int


class Child:
    """A child process, its descendants, and the signals that it must still get.

    At a terminal the child shares the process group of this process, and so the terminal: Ctrl-C and Ctrl-Z reach both,
    and a shell's job control works. Without a terminal it has its own group, so that a signal to the group of this
    process reaches the child only once.
    """

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], signals: list[int], grace: float) -> None:
        """Start a command; raise OSError if that fails.

        `signals` is the list of received signals from `collect_signals`. `grace` is the number of seconds between a
        signal and SIGKILL.
        """
        _adopt_orphans()
        self._signals, self._grace = signals, grace
        self._terminal = _open_terminal()
        self._deadline, self.interrupted = float("inf"), False
        start: Callable[..., int] = os.posix_spawnp
        own_group = {} if self._terminal is not None else {"setpgroup": 0}
        self.pid = start(command[0], list(command), dict(environ), setsigdef=_IGNORED_BY_PYTHON, **own_group)
        self._group = os.getpgrp() if self._terminal is not None else self.pid
        self._status: int | None = None

    def wait(self) -> End:
        """Wait until the child ends; pass signals on, and kill everything when the grace period is over."""
        while self._status is None:
            self._step()
        code = os.waitstatus_to_exitcode(self._status)
        return End(SIGNAL_BASE - code, signal.Signals(-code).name) if code < 0 else End(code)

    def end_survivors(self) -> None:
        """End the processes that the child left running, with SIGKILL after the grace period.

        After a signal these are all descendants of the child. Otherwise processes that left its process group continue.
        """
        if not self.interrupted and (survivors := self._survivors()):
            self._send(signal.SIGTERM, survivors)
            self._deadline = time.monotonic() + self._grace
        while self._survivors():
            self._step()
        if self._terminal is not None:
            os.close(self._terminal)

    def _step(self) -> None:
        """Pass signals on, kill processes that still run after the grace period, and reap processes that ended."""
        while self._signals:
            self._pass_on(self._signals.pop(0))
        if time.monotonic() > self._deadline:
            self._send(signal.SIGKILL, self._survivors())
        if not self._reap():
            time.sleep(POLL_INTERVAL)

    def _pass_on(self, number: int) -> None:
        """Send a signal to all survivors, but not Ctrl-C if the terminal has already sent it to them."""
        self.interrupted = True
        self._deadline = min(self._deadline, time.monotonic() + self._grace)
        if number != signal.SIGINT or not self._is_foreground():
            self._send(number, descendants())

    def _reap(self) -> bool:
        with suppress(ChildProcessError):
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == self.pid:
                self._status = status
            return pid != 0
        return False

    def _survivors(self) -> list[int]:
        return descendants() if self.interrupted else descendants(self._group)

    def _send(self, number: int, pids: list[int]) -> None:
        if self._status is None and self.pid not in pids:
            pids = [self.pid, *pids]
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)

    def _is_foreground(self) -> bool:
        with suppress(OSError):
            return self._terminal is not None and os.tcgetpgrp(self._terminal) == os.getpgrp()
        return False


def descendants(group: int | None = None) -> list[int]:
    """List the descendants of this process, in one process group or in all; [] on a system without /proc."""
    children: dict[int, list[_Process]] = {}
    for process in _processes():
        children.setdefault(process.parent, []).append(process)
    found, parents = [], [os.getpid()]
    while parents:
        below = children.get(parents.pop(), [])
        found += [process.pid for process in below if group in {None, process.group}]
        parents += [process.pid for process in below]
    return found


def _processes() -> list[_Process]:
    """List all processes that still run."""
    processes = []
    for folder in _PROCESSES.glob("[0-9]*"):
        with suppress(OSError):
            # Format: pid (name) state parent group ...; the name may have spaces and parentheses.
            state, parent, group, *_ = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            if state not in {"Z", "X"}:
                processes.append(_Process(int(folder.name), int(parent), int(group)))
    return processes


def _adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent ends, so that they can be found; only Linux has this feature."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _open_terminal() -> int | None:
    """Open the controlling terminal; return None if there is none."""
    with suppress(OSError):
        return os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    return None
