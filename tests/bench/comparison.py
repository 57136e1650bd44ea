"""Comparison: two servers under the same load in turn, per CPU second."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from figure import Figure, compare, figure, show
from load import send
from server import Running, Server, Window, load_server, running
from servers import OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from corpus import Request

    Quantity = Callable[[Window], float]


@dataclass(frozen=True)
class Bench:
    """What every measurement goes by: the corpus, as requests and as a file for wrk, how often and how many seconds.

    `long` is how many seconds it takes where something has to be seen that is rare or slow.
    """

    requests: Sequence[Request]
    corpus: Path
    pairs: int
    seconds: int
    long: int

    @contextmanager
    def start(self, server: Server) -> Iterator[Running]:
        """Start a server and warm it up."""
        with running(server, self.requests[0]) as one:
            send(one.port, self.corpus, server.warm)
            yield one

    def first_answer(self, server: Server) -> float:
        """Start a server only to see how many milliseconds that takes."""
        with running(server, self.requests[0]) as one:
            return one.first_answer

    def load(self, one: Running) -> Window:
        """Put a server under load once."""
        return load_server(one, self.corpus, self.seconds)


def per_cpu_second(window: Window) -> float:
    """Beacons in a second of which a server had all."""
    return window.load.requests / window.cpu_seconds


QUANTITIES: Final[tuple[tuple[str, str, Quantity], ...]] = (
    ("beacons", "/CPU-s", per_cpu_second),
    ("beacons", "/s", lambda window: window.load.requests / window.load.seconds),
    ("latency p50", "ms", lambda window: window.load.p50),
    ("latency p99", "ms", lambda window: window.load.p99),
    ("memory growth", "KB/beacon", lambda window: window.growth / 1024 / window.load.requests),
)


def describe(server: Server, windows: Sequence[Window]) -> Iterator[Figure]:
    """Make all figures of a server."""
    for quantity, unit, read in QUANTITIES:
        yield figure(f"{server.name}, {quantity}", unit, [read(window) for window in windows])


def compare_server(bench: Bench, theirs: Server) -> Iterator[Figure]:
    """Measure our server and another in turn; of the other one make all figures."""
    if obstacle := theirs.obstacle():
        show(f"{theirs.name}: skipped, {obstacle}")
        return
    with bench.start(OURS) as one, bench.start(theirs) as other:
        pairs = [(bench.load(one), bench.load(other)) for _ in range(bench.pairs)]
    mine, others = [per_cpu_second(window) for window, _ in pairs], [per_cpu_second(window) for _, window in pairs]
    ours = compare("ours, beacons", "/CPU-s", mine, others, theirs.name)
    yield replace(ours, note=theirs.note)
    yield from describe(theirs, [window for _, window in pairs])
