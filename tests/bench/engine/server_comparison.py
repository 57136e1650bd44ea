"""Puts two servers under the same load alternately and compares their beacons per CPU second."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tests.bench.engine.server_table import OURS
from tests.bench.figures import Figure, compare, make_figure, print_line
from tests.bench.measured_server import (
    LoadMeasurement,
    RunningServer,
    ServerDescription,
    measure_under_load,
    run_server,
)
from tests.bench.wrk_load import send_load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.bench.beacon_corpus import Request

    Quantity = Callable[[LoadMeasurement], float]


@dataclass(frozen=True)
class Bench:
    """The settings of all measurements: the corpus, as requests and as a file for wrk, repetitions and durations.

    `seconds` is the time of one load, `long` the time to observe something rare or slow.
    """

    requests: Sequence[Request]
    corpus: Path
    pairs: int
    seconds: int
    long: int

    @contextmanager
    def run(self, description: ServerDescription) -> Iterator[RunningServer]:
        """Run a server inside the block, after its warm-up."""
        with run_server(description, self.requests[0]) as server:
            send_load(server.port, self.corpus, description.warm_up)
            yield server

    def first_response(self, description: ServerDescription) -> float:
        """Return the milliseconds from the start of a server to its first response."""
        with run_server(description, self.requests[0]) as server:
            return server.first_response

    def load(self, server: RunningServer) -> LoadMeasurement:
        """Measure a server under load once."""
        return measure_under_load(server, self.corpus, self.seconds)


def per_cpu_second(measurement: LoadMeasurement) -> float:
    """Return the number of beacons per CPU second."""
    return measurement.load.requests / measurement.cpu_seconds


QUANTITIES: Final[tuple[tuple[str, str, Quantity], ...]] = (
    ("beacons", "/CPU-s", per_cpu_second),
    ("beacons", "/s", lambda measurement: measurement.load.requests / measurement.load.seconds),
    ("latency p50", "ms", lambda measurement: measurement.load.p50),
    ("latency p99", "ms", lambda measurement: measurement.load.p99),
    ("memory growth", "KB/beacon", lambda measurement: measurement.memory_growth / 1024 / measurement.load.requests),
)


def describe(description: ServerDescription, measurements: Sequence[LoadMeasurement]) -> Iterator[Figure]:
    """Yield all figures of a server."""
    for quantity, unit, read in QUANTITIES:
        values = [read(measurement) for measurement in measurements]
        yield make_figure(f"{description.name}, {quantity}", unit, values)


def compare_with_ours(bench: Bench, theirs: ServerDescription) -> Iterator[Figure]:
    """Measure our server and another server alternately; yield the comparison and all figures of the other server."""
    if obstacle := theirs.obstacle():
        print_line(f"{theirs.name}: skipped, because {obstacle}")
        return
    with bench.run(OURS) as our_server, bench.run(theirs) as their_server:
        pairs = [(bench.load(our_server), bench.load(their_server)) for _ in range(bench.pairs)]
    our_rates, their_rates = zip(*((per_cpu_second(a), per_cpu_second(b)) for a, b in pairs), strict=True)
    comparison = compare("ours, beacons", "/CPU-s", our_rates, their_rates, theirs.name)
    yield replace(comparison, note=theirs.note)
    yield from describe(theirs, [measurement for _, measurement in pairs])
