"""The measurements of the engine benchmark; each one yields a few figures."""

from __future__ import annotations

import time
from functools import partial
from statistics import median, quantiles
from typing import TYPE_CHECKING, Final

from tests.bench.engine.ingest_in_process import measure_ingest
from tests.bench.engine.paced_load import measure_latencies
from tests.bench.engine.query_times import measure_queries
from tests.bench.engine.server_comparison import Bench, compare_with_ours, describe, per_cpu_second
from tests.bench.engine.server_table import FASTEST_PEERS, FLASK, OURS, OURS_ON_DISK, PEERS, STEADY
from tests.bench.engine.waiting_times import (
    measure_emulators,
    measure_notifications,
    measure_responses,
    measure_spaces,
)
from tests.bench.figures import Figure, compare, make_figure
from tests.bench.measured_process import call_in_new_process
from tests.bench.measured_server import measure_under_load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BATCHES: Final = (1, 16, 64)  # wrk's 16 connections give batches of 16
EMULATORS: Final = 20
NOTIFICATIONS: Final = 500
STALL: Final = 10
# Seconds after a full load: the store copies its log then, and Linux pauses processes with real-time priority.
REST: Final = 1.0
STORE_SIZES: Final = (1_000, 1_000_000)


def measure_ours(bench: Bench) -> Iterator[Figure]:
    """Measure our server alone under load."""
    with bench.run(OURS) as server:
        yield from describe(OURS, [bench.load(server) for _ in range(bench.pairs)])


def measure_start(bench: Bench) -> Iterator[Figure]:
    """Measure the time from the start of a process to its first response."""
    servers = [server for server in (OURS, *PEERS) if not server.obstacle()]
    ours, *others = zip(*(map(bench.first_response, servers) for _ in range(bench.pairs)), strict=True)
    yield make_figure("ours, first response", "ms", ours)
    for server, theirs in zip(servers[1:], others, strict=True):
        yield compare(f"{server.name}, first response", "ms", theirs, ours, "ours")


def measure_memory(bench: Bench) -> Iterator[Figure]:
    """Measure how much the memory of our server grows under a long load, after a warm-up."""
    with bench.run(OURS) as server:
        measure_under_load(server, bench.corpus, bench.long // 4)
        measurement = measure_under_load(server, bench.corpus, bench.long)
    name = f"ours, memory growth over {measurement.load.requests:,}"
    yield make_figure(name, "KB/beacon", [measurement.memory_growth / 1024 / measurement.load.requests])


def measure_half_load(bench: Bench) -> Iterator[Figure]:
    """Measure the latencies of our server at half of the requests per second that it can answer."""
    with bench.run(OURS) as server:
        load = bench.load(server).load
        rate = load.requests / load.seconds / 2
        time.sleep(REST)
        latencies = measure_latencies(server.port, bench.requests, rate, bench.long)
    yield make_figure("ours at half load, requests", "/s", [rate])
    yield make_figure("ours at half load, latency p50", "ms", [median(latencies)])
    yield make_figure("ours at half load, latency p99", "ms", [quantiles(latencies, n=100)[98]])


def measure_stalls(bench: Bench) -> Iterator[Figure]:
    """Measure slow responses on one connection, for our server and for a server that writes nothing to disk."""
    for description, seconds in ((OURS, bench.long), (STEADY, bench.long // 2)):
        if not description.obstacle():
            with bench.run(description) as server:
                times = measure_responses(server, bench.requests, seconds)
            stalls = sum(time > STALL for time in times)
            yield make_figure(f"{description.name}, one connection", "ms", times)
            yield make_figure(f"{description.name}, one connection, p99.9", "ms", [quantiles(times, n=1000)[998]])
            yield make_figure(f"{description.name}, over {STALL} ms", f"of {len(times):,}", [stalls])


def compare_with_in_process(bench: Bench) -> Iterator[Figure]:
    """Compare our server with its ingest code without HTTP."""
    with bench.run(OURS) as server:
        rounds = [
            (
                per_cpu_second(bench.load(server)),
                *(call_in_new_process(measure_ingest, batch, bench.seconds) for batch in BATCHES),
            )
            for _ in range(bench.pairs)
        ]
    ours, *in_process = zip(*rounds, strict=True)
    for batch, rates in zip(BATCHES, in_process, strict=True):
        name = f"in process, {batch} per transaction"
        yield compare("ours, beacons", "/CPU-s", ours, rates, name)
        yield make_figure(f"{name}, beacons", "/CPU-s", rates)


def measure_emulator_in_test(_: Bench) -> Iterator[Figure]:
    """Measure the emulator in the process of a test."""
    times = call_in_new_process(measure_emulators, EMULATORS)
    yield make_figure("Emulator(), first response", "ms", [one.first_response for one in times])
    yield make_figure("Emulator(), stop", "ms", [one.stop for one in times])
    yield make_figure("new space, read and cleared", "ms", call_in_new_process(measure_spaces, EMULATORS * 10))


def measure_wait(bench: Bench) -> Iterator[Figure]:
    """Measure the time from sending a beacon to the response of the control API's `wait`."""
    with bench.run(OURS) as server:
        times = measure_notifications(server, NOTIFICATIONS)
    yield make_figure("from beacon to end of wait", "ms", times)
    yield make_figure("from beacon to end of wait, p99", "ms", [quantiles(times, n=100)[98]])


def measure_query_growth(bench: Bench) -> Iterator[Figure]:
    """Compare queries in a large store with the same queries in a small store."""
    small, large = STORE_SIZES
    for times in call_in_new_process(measure_queries, small, large, bench.pairs):
        name = f"{times.query}, key with {times.exchanges} of {large:,}"
        yield compare(name, "us", times.large, times.small, f"of {small:,}")


MEASUREMENTS: Final[dict[str, Callable[[Bench], Iterator[Figure]]]] = {
    "ours": measure_ours,
    "first response": measure_start,
    "growth of memory": measure_memory,
    "half load": measure_half_load,
    "stalls": measure_stalls,
    "in process": compare_with_in_process,
    **{server.name: partial(compare_with_ours, theirs=server) for server in (OURS_ON_DISK, *PEERS, *FLASK)},
    "emulator in a test": measure_emulator_in_test,
    "control API wait": measure_wait,
    "queries": measure_query_growth,
}

# What is measured without --only: ours alone, and next to the fastest other servers.
DEFAULT: Final = ("half load", "growth of memory", OURS_ON_DISK.name, *(server.name for server in FASTEST_PEERS))
