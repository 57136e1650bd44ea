"""Waits between replayed requests, so that they have the pace of their recording."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pendo_contracts.recordings import Entry


def in_order_of_time(entries: Iterable[Entry]) -> list[Entry]:
    """Sort entries by their times; an entry without a time stays behind its predecessor."""
    latest, times = 0, []
    listed = list(entries)
    for entry in listed:
        latest = (entry.envelope.received_at if entry.envelope else 0) or latest
        times.append(latest)
    return [listed[place] for place in sorted(range(len(listed)), key=times.__getitem__)]


def duration(entries: Iterable[Entry]) -> float:
    """Return the seconds between the first and the last of sorted entries."""
    times = [entry.envelope.received_at for entry in entries if entry.envelope and entry.envelope.received_at]
    return (times[-1] - times[0]) / 1000 if times else 0.0


def paced(
    entries: Iterable[Entry],
    speed: float,
    clock: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[Entry]:
    """Yield each entry when it is due: `speed` 1 is the pace of the recording, 10 is ten times as fast.

    An entry that is late, because an answer took long, is due at once; the delay does not add up.
    """
    begin = first = None
    for entry in entries:
        moment = entry.envelope.received_at if entry.envelope else 0
        if moment:
            if begin is None or first is None:
                begin, first = clock(), moment
            remaining = begin + (moment - first) / 1000 / speed - clock()
            if remaining > 0:
                wait(remaining)
        yield entry
