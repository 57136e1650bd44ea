"""Soaks a server at half its maximum rate with faults, slow and hostile clients, TLS and kills.

Reports lost events, leaked resources, failed health checks and tracebacks.
"""

from __future__ import annotations

import argparse
import ssl
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event
from typing import TYPE_CHECKING, Final

from tests.stress.event_sender import EventSender
from tests.stress.server_process import ServerProcess
from tests.stress.soak.client_load import NORMAL_SENDERS, ClientLoad, call_control_api
from tests.stress.soak.process_resources import Resources, read_resources, read_until
from tests.stress.stored_events import count_stored_events, find_lost_and_duplicate_events

if TYPE_CHECKING:
    from collections.abc import Iterator

CALIBRATION_SECONDS: Final = 1.5
# The shares of the time for the three parts of a soak.
KILL_SHARE, WARM_UP_SHARE, STEADY_SHARE = 0.3, 0.2, 0.5
KILL_INTERVAL: Final = (0.5, 3.0)
SAMPLE_INTERVAL: Final = 0.25
POLLS: Final = 100
# In megabytes; a short soak allows less.
MAX_GROWTH: Final = 20.0
MAX_GROWTH_PER_SECOND: Final = 1.0
MEGABYTE: Final = 1024 * 1024
SHOWN: Final = 20


class Soak:
    """A soak of one server in three parts: with kills, to warm up, and steady."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self._store, self._seed, self._seconds = folder / "store.sqlite3", options.seed, options.seconds
        self._max_health_seconds = options.max_health_seconds
        server_options = ("--ca-dir", str(folder / "ca"), "--log", "none")
        self._server = ServerProcess(str(self._store), folder / "log", server_options, options.workers)
        self._server.start()
        self._tls = ssl.create_default_context(cafile=folder / "ca/authority.pem")
        self.loads: list[ClientLoad] = []
        self.memory_samples: list[float] = []
        self.kills = 0
        self.max_rate = self._measure_max_rate()

    def run(self) -> Iterator[str]:
        """Run all parts and describe each error."""
        self._kill_repeatedly(self._seconds * KILL_SHARE)
        idle = self._read_resources()
        self._fill_pools()
        with self._load("warm-up") as load:
            load.stop.wait(self._seconds * WARM_UP_SHARE)
        before = read_until(self._read_resources, lambda resources: resources.sockets <= idle.sockets)
        with self._load("steady") as load:
            self._sample_memory(load.stop, self._seconds * STEADY_SHARE)
        after = read_until(self._read_resources, lambda resources: not resources.leaks(before))
        self._server.stop()
        yield from after.leaks(before)
        yield from self._lost_events()
        yield from self._failures()
        # A third of the steady part is a sixth of the soak; the growth is measured over two of them.
        if self.memory_growth > min(MAX_GROWTH, MAX_GROWTH_PER_SECOND * self._seconds / 3):
            yield f"memory: {self.memory_growth:+.1f} MB"

    @property
    def memory_growth(self) -> float:
        """The growth in megabytes from the first to the last third of the steady part."""
        third = len(self.memory_samples) // 3
        return statistics.median(self.memory_samples[-third:]) - statistics.median(self.memory_samples[:third])

    def kill_server(self) -> None:
        """Kill the server if it is up."""
        if self._server.up:
            self._server.kill()

    def _measure_max_rate(self) -> float:
        """Return the largest number of events that the server acknowledges per second."""
        stop = Event()
        senders = [EventSender(self._server, "calibration", f"{n}", stop) for n in range(NORMAL_SENDERS)]
        for sender in senders:
            sender.start()
        stop.wait(CALIBRATION_SECONDS)
        stop.set()
        for sender in senders:
            sender.join()
        return sum(len(sender.acknowledged) for sender in senders) / CALIBRATION_SECONDS

    def _load(self, name: str) -> ClientLoad:
        self.loads.append(ClientLoad(self._server, name, self._tls, self._seed, self.max_rate / 2))
        return self.loads[-1]

    def _kill_repeatedly(self, seconds: float) -> None:
        random, end = Random(self._seed), time.monotonic() + seconds
        with self._load("kills") as load:
            while time.monotonic() < end:
                load.stop.wait(random.uniform(*KILL_INTERVAL))
                self._server.kill()
                self._server.start()
                self.kills += 1

    def _fill_pools(self) -> None:
        """Send more requests at once than the thread and connection pools can hold, so that they grow no further."""
        with ThreadPoolExecutor(POLLS) as pool:
            polls = [f"keys/poll-{n}/wait?count=1&timeout=1" for n in range(POLLS)]
            list(
                pool.map(lambda path: call_control_api(self._server, "GET", path), [*polls, *["openapi.json"] * POLLS])
            )

    def _sample_memory(self, stop: Event, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.memory_samples.append(self._read_resources().memory / MEGABYTE)
            stop.wait(SAMPLE_INTERVAL)

    def _read_resources(self) -> Resources:
        return read_resources(self._server.processes())

    def _lost_events(self) -> Iterator[str]:
        senders: defaultdict[str, list[EventSender]] = defaultdict(list)
        for load in self.loads:
            for sender in (*load.normal_senders, *load.faulty_senders):
                senders[sender.api_key].append(sender)
        for api_key, senders_of_key in senders.items():
            stored = count_stored_events(str(self._store), api_key)
            yield from find_lost_and_duplicate_events(senders_of_key, stored)

    def _failures(self) -> Iterator[str]:
        for load in self.loads:
            yield from (f"health: {failure}" for failure in load.health.failures)
            if (slowest := max(load.health.seconds, default=0)) > self._max_health_seconds:
                yield f"health: a response took {slowest:.1f} s"
            statuses = sum((sender.statuses for sender in load.normal_senders), Counter())
            yield from (
                f"status {status} for {times} valid events" for status, times in statuses.items() if status != 200
            )
        yield from self._server.tracebacks()


def main() -> int:
    """Soak a server for the given time; return 1 if there are errors."""
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        soak = Soak(Path(folder), options)
        try:
            errors = list(soak.run())
        finally:
            soak.kill_server()
    sys.stdout.writelines(f"{error}\n" for error in errors[:SHOWN])
    sys.stdout.write(f"{summarize(soak)}\n")
    return min(len(errors), 1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long the three parts take together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--max-health-seconds", type=float, default=3.0, help="a later health response is an error")
    return parser.parse_args()


def summarize(soak: Soak) -> str:
    """Return rates, counts, health response times and memory in one line."""
    senders = [sender for load in soak.loads for sender in (*load.normal_senders, *load.faulty_senders)]
    acknowledged = sum(len(sender.acknowledged) for sender in senders)
    hostile = sum(client.attempts for load in soak.loads for client in load.hostile_clients)
    seconds = sorted(second for load in soak.loads for second in load.health.seconds)
    return (
        f"maximum rate {soak.max_rate:,.0f} events/s; at half of it {acknowledged:,} events acknowledged,"
        f" {hostile:,} hostile connections, {soak.kills} kills; health responses: median"
        f" {seconds[len(seconds) // 2] * 1000:.0f} ms, 99 % {seconds[len(seconds) * 99 // 100] * 1000:.0f} ms, maximum"
        f" {seconds[-1] * 1000:.0f} ms; memory {soak.memory_samples[-1]:.0f} MB at the end,"
        f" {soak.memory_growth:+.1f} MB in the steady part"
    )


if __name__ == "__main__":
    sys.exit(main())
