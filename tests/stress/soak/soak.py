"""A soak at half the maximum rate, with faults, slow clients, garbage, TLS and kills: nothing lost, nothing leaked."""

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

from tests.stress.crash.ledger import compare, read_names
from tests.stress.crash.sender import Sender
from tests.stress.crash.server import Server
from tests.stress.soak.crowd import GOOD, Crowd, ask
from tests.stress.soak.vitals import Vitals, read_vitals, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

CALIBRATION: Final = 1.5
KILLING, WARMING, WATCHING = 0.3, 0.2, 0.5
BETWEEN_KILLS: Final = (0.5, 3.0)
SAMPLING: Final = 0.25
POLLS: Final = 100
HEALTH_LIMIT: Final = 3.0
GROWTH_LIMIT: Final = 20.0
MEGABYTE: Final = 1024 * 1024
SHOWN: Final = 20


class Soak:
    """One server, soaked in parts of the time: killed again and again, then to warm up, then steadily."""

    def __init__(self, folder: Path, seed: int, seconds: float, workers: int) -> None:
        self._store, self._seed, self._seconds = folder / "store.sqlite3", seed, seconds
        options = ("--ca-dir", str(folder / "ca"), "--log", "none")
        self._server = Server(str(self._store), folder / "log", options, workers)
        self._server.start()
        self._tls = ssl.create_default_context(cafile=folder / "ca/authority.pem")
        self.crowds: list[Crowd] = []
        self.samples: list[float] = []
        self.kills = 0
        self.rate = self._calibrate()

    def run(self) -> Iterator[str]:
        """Soak, and say what went wrong."""
        self._kill_while(self._seconds * KILLING)
        cold = self._vitals()
        self._fill_pools()
        with self._crowd("warm-up") as crowd:
            crowd.over.wait(self._seconds * WARMING)
        before = settle(self._vitals, lambda vitals: vitals.sockets <= cold.sockets)
        with self._crowd("steady") as crowd:
            self._watch(crowd.over, self._seconds * WATCHING)
        after = settle(self._vitals, lambda vitals: not vitals.leaks(before))
        self._server.stop()
        yield from after.leaks(before)
        yield from self._lost()
        yield from self._unwell()
        if self.growth > GROWTH_LIMIT:
            yield f"memory: {self.growth:+.1f} MB"

    @property
    def growth(self) -> float:
        """How many megabytes the server grew from the first to the last third of the steady part."""
        third = len(self.samples) // 3
        return statistics.median(self.samples[-third:]) - statistics.median(self.samples[:third])

    def end(self) -> None:
        """Kill the server if it is up."""
        if self._server.up:
            self._server.kill()

    def _calibrate(self) -> float:
        """Measure how many events a second are acknowledged at most."""
        over = Event()
        senders = [Sender(self._server, "calibration", f"{n}", over) for n in range(GOOD)]
        for sender in senders:
            sender.start()
        over.wait(CALIBRATION)
        over.set()
        for sender in senders:
            sender.join()
        return sum(len(sender.acknowledged) for sender in senders) / CALIBRATION

    def _crowd(self, name: str) -> Crowd:
        self.crowds.append(Crowd(self._server, name, self._tls, self._seed, self.rate / 2))
        return self.crowds[-1]

    def _kill_while(self, seconds: float) -> None:
        random, end = Random(self._seed), time.monotonic() + seconds
        with self._crowd("kills") as crowd:
            while time.monotonic() < end:
                crowd.over.wait(random.uniform(*BETWEEN_KILLS))
                self._server.kill()
                self._server.start()
                self.kills += 1

    def _fill_pools(self) -> None:
        """Ask more at once than there are threads and connections to the store, so that no others will be made."""
        with ThreadPoolExecutor(POLLS) as pool:
            polls = [f"keys/poll-{n}/wait?count=1&timeout=1" for n in range(POLLS)]
            list(pool.map(lambda path: ask(self._server, "GET", path), polls))

    def _watch(self, over: Event, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.samples.append(self._vitals().memory / MEGABYTE)
            over.wait(SAMPLING)

    def _vitals(self) -> Vitals:
        return read_vitals(self._server.processes())

    def _lost(self) -> Iterator[str]:
        senders: defaultdict[str, list[Sender]] = defaultdict(list)
        for crowd in self.crowds:
            for sender in (*crowd.good, *crowd.faulty):
                senders[sender.api_key].append(sender)
        for api_key, of_key in senders.items():
            yield from compare(of_key, read_names(str(self._store), api_key))

    def _unwell(self) -> Iterator[str]:
        for crowd in self.crowds:
            yield from (f"health: {failure}" for failure in crowd.patient.failures)
            if (slowest := max(crowd.patient.seconds)) > HEALTH_LIMIT:
                yield f"health: an answer took {slowest:.1f} s"
            answers = sum((sender.statuses for sender in crowd.good), Counter())
            yield from (
                f"{times} good events were answered {status}" for status, times in answers.items() if status != 200
            )
        yield from self._server.traces()


def main() -> int:
    """Soak for so many seconds; exit code 1 if anything went wrong."""
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        soak = Soak(Path(folder), options.seed, options.seconds, options.workers)
        try:
            found = list(soak.run())
        finally:
            soak.end()
    sys.stdout.writelines(f"{what}\n" for what in found[:SHOWN])
    sys.stdout.write(f"{summarize(soak)}\n")
    return min(len(found), 1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    return parser.parse_args()


def summarize(soak: Soak) -> str:
    """Say what was sent, and how the server was all the while."""
    senders = [sender for crowd in soak.crowds for sender in (*crowd.good, *crowd.faulty)]
    acknowledged = sum(len(sender.acknowledged) for sender in senders)
    nuisances = sum(pest.nuisances for crowd in soak.crowds for pest in crowd.pests)
    seconds = sorted(second for crowd in soak.crowds for second in crowd.patient.seconds)
    return (
        f"at most {soak.rate:,.0f} a second; at half of that {acknowledged:,} acknowledged, {nuisances:,} nuisances,"
        f" {soak.kills} kills; health in {seconds[len(seconds) // 2] * 1000:.0f} ms, 99 % in"
        f" {seconds[len(seconds) * 99 // 100] * 1000:.0f} ms, all in {seconds[-1] * 1000:.0f} ms;"
        f" {soak.samples[-1]:.0f} MB at the end, {soak.growth:+.1f} MB"
    )


if __name__ == "__main__":
    sys.exit(main())
