"""Says whether a process may be forked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

# Linux lists here the threads of this process, those of libraries included.
_THREADS: Final = Path("/proc/self/task")


def can_fork() -> bool:
    """Return whether a fork is safe now: on Linux, in a process with one thread.

    A fork copies no other thread, and the libraries of macOS do not support it.
    """
    return sys.platform == "linux" and _THREADS.is_dir() and len(list(_THREADS.iterdir())) == 1
