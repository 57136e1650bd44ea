"""kill -9 at random moments under load: every event that was acknowledged is in the store once, no other one twice."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from threading import Event
from typing import TYPE_CHECKING, Final

from tests.stress.crash.ledger import compare, read_names, read_total
from tests.stress.crash.postgres import postgres
from tests.stress.crash.sender import Sender
from tests.stress.crash.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SENDERS: Final = 6
LATEST: Final = 0.3
SHOWN: Final = 20


@dataclass(frozen=True)
class Variant:
    """How many servers share a store, how they run, and what is killed of the first of them."""

    strike: Callable[[Server, Random], None] = lambda server, _: server.kill()
    durability: str = "normal"
    workers: int = 1
    servers: int = 1
    on_postgres: bool = False


def _kill_worker(server: Server, random: Random) -> None:
    server.kill_worker(random.random())


VARIANTS: Final = {
    "server": Variant(),
    "full": Variant(durability="full"),
    "workers": Variant(workers=3),
    "worker": Variant(_kill_worker, workers=3),
    "shared": Variant(servers=2),
    "replicas": Variant(servers=2, on_postgres=True),
}


class Crashes:
    """Servers on one store, struck round after round; each round has an API key of its own."""

    def __init__(self, variant: Variant, store: str, folder: Path, seed: int) -> None:
        self._variant, self._store, self._seed = variant, store, seed
        options = ("--durability", variant.durability, "--log", "none")
        logs = (folder / f"{number}.log" for number in range(variant.servers))
        self._servers = [Server(store, log, options, variant.workers) for log in logs]
        self.rounds: dict[str, list[Sender]] = {}

    def play(self, number: int) -> Iterator[str]:
        """Play one round, and say what it lost."""
        self._start()
        random, over = Random(f"{self._seed}/{number}"), Event()
        api_key = f"round-{number}"
        senders = [Sender(self._servers[n % len(self._servers)], api_key, f"{n}", over) for n in range(SENDERS)]
        for sender in senders:
            sender.start()
        over.wait(random.uniform(0, LATEST))
        self._variant.strike(self._servers[0], random)
        if any(server.up for server in self._servers):
            over.wait(random.uniform(0, LATEST))
        over.set()
        for sender in senders:
            sender.join()
        self.rounds[api_key] = senders
        self._start()
        return self._look(api_key)

    def look_again(self) -> Iterator[str]:
        """Say what is lost of any round by now."""
        return (difference for api_key in self.rounds for difference in self._look(api_key))

    def end(self) -> None:
        """End the servers that are up."""
        for server in self._servers:
            if server.up:
                server.stop()

    def _start(self) -> None:
        for server in self._servers:
            if not server.up:
                server.start()

    def _look(self, api_key: str) -> Iterator[str]:
        names, senders = read_names(self._store, api_key), self.rounds[api_key]
        yield from (f"{api_key}: {difference}" for difference in compare(senders, names))
        if (total := read_total(self._servers[0], api_key)) != names.total():
            yield f"{api_key}: {names.total()} events are there, {total} are counted"
        strange = {status for sender in senders for status in sender.statuses} - {200}
        yield from (f"{api_key}: an event was answered {status}" for status in sorted(strange))


def main() -> int:
    """Play so many rounds; exit code 1 if anything was lost or is there twice."""
    options = read_options()
    variant = VARIANTS[options.variant]
    variant = replace(variant, workers=options.workers or variant.workers)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="crash-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        with postgres(folder / "postgres") if variant.on_postgres else nullcontext(f"{name}/store.sqlite3") as store:
            crashes = Crashes(variant, store, folder, options.seed)
            try:
                found = [difference for number in range(options.rounds) for difference in crashes.play(number)]
                found += crashes.look_again()
            finally:
                crashes.end()
    sys.stdout.writelines(f"{difference}\n" for difference in found[:SHOWN])
    sys.stdout.write(
        f"{options.variant}: {summarize(crashes)} in {time.monotonic() - began:.0f} s, {len(found)} wrong\n"
    )
    return min(len(found), 1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variant", choices=VARIANTS, default="server")
    parser.add_argument("--workers", type=int, help="in place of the variant's own number")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def summarize(crashes: Crashes) -> str:
    """Say how much was sent and how much of it was acknowledged."""
    senders = [sender for senders in crashes.rounds.values() for sender in senders]
    sent, acknowledged = (
        sum(map(len, lists)) for lists in zip(*((s.sent, s.acknowledged) for s in senders), strict=True)
    )
    return f"{len(crashes.rounds)} rounds, {sent:,} sent, {acknowledged:,} acknowledged"


if __name__ == "__main__":
    sys.exit(main())
