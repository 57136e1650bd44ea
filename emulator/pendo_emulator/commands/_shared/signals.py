"""Collects the signals that end a command, so that it can finish in order."""

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

    The handlers take no lock: with one, as in Event.set, a second signal could deadlock. A SIGHUP that the parent
    ignores, as nohup does, stays ignored.
    """
    collected: list[int] = []
    numbers = [number for number in ENDING if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN]
    previous = {number: signal.signal(number, lambda number, _: collected.append(number)) for number in numbers}
    try:
        yield collected
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
