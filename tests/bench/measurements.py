"""The measurements: each makes a few figures."""

from __future__ import annotations

import statistics
from functools import partial
from typing import TYPE_CHECKING, Final

from blocks import run_blocks
from comparison import Bench, compare_server, describe, per_cpu_second
from figure import Figure, compare, figure
from growth import compare_sizes
from moments import live, live_fresh, see
from program import alone
from server import load_window, running
from servers import FLASK, OURS, PEERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONG: Final = 20
TIMES: Final = 20
SIGHTS: Final = 500
SIZES: Final = (1_000, 1_000_000)


def measure_ours(bench: Bench) -> Iterator[Figure]:
    """Our server by itself."""
    yield from describe(OURS, [bench.measure(OURS) for _ in range(bench.pairs)])


def measure_long(bench: Bench) -> Iterator[Figure]:
    """Our server for longer: whether it grows, and how long a lone connection ever waits."""
    with running(OURS, bench.requests[0]) as one:
        load_window(one, bench.corpus, LONG // 4)
        many = load_window(one, bench.corpus, LONG)
        lone = load_window(one, bench.corpus, LONG, connections=1).load
    yield figure(f"ours, memory growth in {LONG} s", "KB/beacon", [many.growth / 1024 / many.load.requests])
    for name, value in (("p50", lone.p50), ("p99", lone.p99), ("p99.9", lone.p999), ("longest", lone.slowest)):
        yield figure(f"ours, one connection, latency {name}", "ms", [value])
    yield figure("ours, one connection, over 10 ms", f"of {lone.requests:,}", [lone.stalls])


def measure_blocks(bench: Bench, batch: int) -> Iterator[Figure]:
    """Our server beside its building blocks."""
    pairs = [(bench.measure(OURS), alone(run_blocks, batch, bench.seconds)) for _ in range(bench.pairs)]
    ours, limit = [per_cpu_second(window) for window, _ in pairs], [output.per_cpu_second for _, output in pairs]
    name = f"building blocks, {batch} to a transaction"
    yield compare("ours, beacons", "/CPU-s", ours, limit, name)
    yield figure(name, "/CPU-s", limit)


def measure_life(_: Bench) -> Iterator[Figure]:
    """The emulator in a test's own process."""
    lives = alone(live, TIMES)
    yield figure("Emulator(), first beacon answered", "ms", [life.up for life in lives])
    yield figure("Emulator(), stopped", "ms", [life.down for life in lives])
    yield figure("fresh space, looked into and forgotten", "ms", alone(live_fresh, TIMES * 10))


def measure_sight(bench: Bench) -> Iterator[Figure]:
    """From the sending of a beacon until whoever waits for it knows."""
    with running(OURS, bench.requests[0]) as one:
        times = see(one, SIGHTS)
    yield figure("from sent to seen", "ms", times)
    yield figure("from sent to seen, p99", "ms", [statistics.quantiles(times, n=100)[98]])


def measure_growth(bench: Bench) -> Iterator[Figure]:
    """Queries of one key's exchanges in a small store and in a large one."""
    small, large = SIZES
    for one in alone(compare_sizes, small, large, bench.pairs):
        name = f"{one.query}, key with {one.exchanges} of {large:,}"
        yield compare(name, "us", one.large, one.small, f"of {small:,}")


MEASUREMENTS: Final[dict[str, Callable[[Bench], Iterator[Figure]]]] = {
    "ours": measure_ours,
    "long": measure_long,
    "blocks one by one": partial(measure_blocks, batch=1),
    "blocks by 64": partial(measure_blocks, batch=64),
    **{server.name: partial(compare_server, theirs=server) for server in (*PEERS, *FLASK)},
    "life": measure_life,
    "sight": measure_sight,
    "growth": measure_growth,
}
