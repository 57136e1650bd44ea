"""Vitals: what the kernel says of a server's processes."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PATIENCE = 15.0
PAUSE = 0.1

_ANONYMOUS = re.compile(r"^RssAnon:\s*(\d+) kB$", re.MULTILINE)


class Vitals(NamedTuple):
    """Threads, open sockets and other descriptors, and resident bytes of some processes together.

    What is mapped from files, such as the index of SQLite's log, is the kernel's to keep, and no part of them.
    """

    threads: int
    sockets: int
    files: int
    memory: int

    def leaks(self, before: Vitals) -> list[str]:
        """Say what there is more of than before, memory aside."""
        pairs = zip(("threads", "sockets", "files"), before, self, strict=False)
        return [f"{name}: {then} before, {now} afterwards" for name, then, now in pairs if now > then]


def read_vitals(pids: Iterable[int]) -> Vitals:
    """Read them from /proc."""
    threads = sockets = files = memory = 0
    for process in (Path(f"/proc/{pid}") for pid in pids):
        open_ = [_target(descriptor) for descriptor in (process / "fd").iterdir()]
        threads += len(list((process / "task").iterdir()))
        sockets += sum(target.startswith("socket:") for target in open_)
        files += sum(not target.startswith("socket:") for target in open_)
        memory += int(_ANONYMOUS.findall((process / "status").read_text())[0]) * 1024
    return Vitals(threads, sockets, files, memory)


def settle(read: Callable[[], Vitals], calm: Callable[[Vitals], bool]) -> Vitals:
    """Read until it is calm, or patience ends."""
    deadline = time.monotonic() + PATIENCE
    while not calm(vitals := read()) and time.monotonic() < deadline:
        time.sleep(PAUSE)
    return vitals


def _target(descriptor: Path) -> str:
    with suppress(OSError):  # closed meanwhile
        return str(descriptor.readlink())
    return ""
