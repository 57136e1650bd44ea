"""The measurements: each makes a few figures."""

from __future__ import annotations

from functools import partial
from statistics import quantiles
from typing import TYPE_CHECKING, Final

from blocks import run_blocks
from comparison import Bench, compare_server, describe, per_cpu_second
from figure import Figure, compare, figure
from growth import compare_sizes
from moments import ask, live, live_fresh, see
from program import alone
from server import load_server
from servers import FLASK, OURS, OURS_ON_DISK, PEERS, STEADY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BATCHES: Final = (1, 16, 64)  # 16 is what as many connections come to
TIMES: Final = 20
SIGHTS: Final = 500
STALL: Final = 10
SIZES: Final = (1_000, 1_000_000)


def measure_ours(bench: Bench) -> Iterator[Figure]:
    """Our server by itself."""
    with bench.start(OURS) as one:
        yield from describe(OURS, [bench.load(one) for _ in range(bench.pairs)])


def measure_start(bench: Bench) -> Iterator[Figure]:
    """From the start of a process to its first answer."""
    servers = [server for server in (OURS, *PEERS) if not server.obstacle()]
    ours, *others = zip(*(map(bench.first_answer, servers) for _ in range(bench.pairs)), strict=True)
    yield figure("ours, first answer", "ms", ours)
    for server, theirs in zip(servers[1:], others, strict=True):
        yield compare(f"{server.name}, first answer", "ms", theirs, ours, "ours")


def measure_long(bench: Bench) -> Iterator[Figure]:
    """Our server for longer: whether it still grows once it is warm."""
    with bench.start(OURS) as one:
        load_server(one, bench.corpus, bench.long // 4)
        window = load_server(one, bench.corpus, bench.long)
    name = f"ours, memory growth over {window.load.requests:,}"
    yield figure(name, "KB/beacon", [window.growth / 1024 / window.load.requests])


def measure_stalls(bench: Bench) -> Iterator[Figure]:
    """One connection, our server beside one that writes nothing: how long it is ever kept waiting."""
    for server, seconds in ((OURS, bench.long), (STEADY, bench.long // 2)):
        if not server.obstacle():
            with bench.start(server) as one:
                times = ask(one, bench.requests, seconds)
            stalls = sum(time > STALL for time in times)
            yield figure(f"{server.name}, one connection", "ms", times)
            yield figure(f"{server.name}, one connection, p99.9", "ms", [quantiles(times, n=1000)[998]])
            yield figure(f"{server.name}, over {STALL} ms", f"of {len(times):,}", [stalls])


def measure_blocks(bench: Bench) -> Iterator[Figure]:
    """Our server beside its building blocks."""
    with bench.start(OURS) as one:
        rounds = [
            (per_cpu_second(bench.load(one)), *(alone(run_blocks, batch, bench.seconds) for batch in BATCHES))
            for _ in range(bench.pairs)
        ]
    ours, *limits = zip(*rounds, strict=True)
    for batch, limit in zip(BATCHES, limits, strict=True):
        name = f"building blocks, {batch} to a transaction"
        yield compare("ours, beacons", "/CPU-s", ours, limit, name)
        yield figure(f"{name}, beacons", "/CPU-s", limit)


def measure_life(_: Bench) -> Iterator[Figure]:
    """The emulator in a test's own process."""
    lives = alone(live, TIMES)
    yield figure("Emulator(), first beacon answered", "ms", [life.up for life in lives])
    yield figure("Emulator(), stopped", "ms", [life.down for life in lives])
    yield figure("fresh space, looked into and forgotten", "ms", alone(live_fresh, TIMES * 10))


def measure_sight(bench: Bench) -> Iterator[Figure]:
    """From the sending of a beacon until whoever waits for it knows."""
    with bench.start(OURS) as one:
        times = see(one, SIGHTS)
    yield figure("from sent to seen", "ms", times)
    yield figure("from sent to seen, p99", "ms", [quantiles(times, n=100)[98]])


def measure_growth(bench: Bench) -> Iterator[Figure]:
    """Queries of one key's exchanges in a small store and in a large one."""
    small, large = SIZES
    for one in alone(compare_sizes, small, large, bench.pairs):
        name = f"{one.query}, key with {one.exchanges} of {large:,}"
        yield compare(name, "us", one.large, one.small, f"of {small:,}")


MEASUREMENTS: Final[dict[str, Callable[[Bench], Iterator[Figure]]]] = {
    "ours": measure_ours,
    "first answer": measure_start,
    "long": measure_long,
    "stalls": measure_stalls,
    "blocks": measure_blocks,
    **{server.name: partial(compare_server, theirs=server) for server in (OURS_ON_DISK, *PEERS, *FLASK)},
    "life": measure_life,
    "sight": measure_sight,
    "growth": measure_growth,
}
