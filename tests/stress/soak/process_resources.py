"""Reads from /proc which resources processes use."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TIMEOUT = 15.0
POLL_INTERVAL = 0.1
# SQLite keeps the descriptor of a closed connection while others have locks on the file, and uses it for the next one.
KEPT_FILES = 1

_ANONYMOUS_MEMORY = re.compile(r"^RssAnon:\s*(\d+) kB$", re.MULTILINE)


class Resources(NamedTuple):
    """Threads, open sockets, other open descriptors and anonymous resident bytes of some processes together.

    Memory mapped from files, such as the index of SQLite's log, is not counted: the kernel manages it.
    """

    threads: int
    sockets: int
    files: int
    memory: int

    def leaks(self, before: Resources) -> list[str]:
        """Describe each resource, except memory, that has grown; one more file may be open."""
        names = zip(("threads", "sockets", "files"), (0, 0, KEPT_FILES), before, self, strict=False)
        return [f"{name}: {old} before, {new} afterwards" for name, spare, old, new in names if new > old + spare]


def read_resources(pids: Iterable[int]) -> Resources:
    """Read the resources of some processes."""
    threads = sockets = files = memory = 0
    for process in (Path(f"/proc/{pid}") for pid in pids):
        descriptors = [_target(descriptor) for descriptor in (process / "fd").iterdir()]
        threads += len(list((process / "task").iterdir()))
        sockets += sum(target.startswith("socket:") for target in descriptors)
        files += sum(not target.startswith("socket:") for target in descriptors)
        memory += int(_ANONYMOUS_MEMORY.findall((process / "status").read_text())[0]) * 1024
    return Resources(threads, sockets, files, memory)


def read_until(read: Callable[[], Resources], condition: Callable[[Resources], bool]) -> Resources:
    """Read resources until they meet a condition or TIMEOUT seconds have passed; return the last reading."""
    deadline = time.monotonic() + TIMEOUT
    while not condition(resources := read()) and time.monotonic() < deadline:
        time.sleep(POLL_INTERVAL)
    return resources


def _target(descriptor: Path) -> str:
    with suppress(OSError):  # the process may close it meanwhile
        return str(descriptor.readlink())
    return ""
