"""Collects the signals that end a command, so that the command can finish its work."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def collect_signals() -> Iterator[list[int]]:
    """Give a list that receives the numbers of ending signals, which no longer end the process.

    The handlers must not take a lock (Event.set takes one), because a second signal could then cause a deadlock. If the
    parent ignores SIGHUP, like nohup, it stays ignored.
    """
    collected: list[int] = []
    numbers = [number for number in ENDING if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN]
    previous = {number: signal.signal(number, lambda number, _: collected.append(number)) for number in numbers}
    try:
        yield collected
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
