"""Kills servers with SIGKILL under load and checks that each acknowledged event is in the store exactly once."""

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

from tests.stress.event_sender import EventSender
from tests.stress.postgresql_server import run_postgresql
from tests.stress.server_process import ServerProcess, wait_until
from tests.stress.stored_events import count_stored_events, find_lost_and_duplicate_events, read_received_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SENDERS: Final = 6
MAX_DELAY: Final = 0.3
SHOWN: Final = 20


@dataclass(frozen=True)
class Variant:
    """The number of servers of a store, how they run, and which process is killed; only the first server is killed."""

    kill: Callable[[ServerProcess, Random], None] = lambda server, _: server.kill()
    durability: str = "normal"
    workers: int = 1
    servers: int = 1
    on_postgresql: bool = False


def _kill_worker(server: ServerProcess, random: Random) -> None:
    server.kill_worker(random.random())


VARIANTS: Final = {
    "server": Variant(),
    "full": Variant(durability="full"),
    "workers": Variant(workers=3),
    "worker": Variant(_kill_worker, workers=3),
    "shared": Variant(servers=2),
    "replicas": Variant(servers=2, on_postgresql=True),
}


class CrashTest:
    """Servers on one store that are killed in each round; each round uses its own API key."""

    def __init__(self, variant: Variant, store: str, folder: Path, seed: int) -> None:
        self._variant, self._store, self._seed = variant, store, seed
        options = ("--durability", variant.durability, "--log", "none")
        logs = (folder / f"{number}.log" for number in range(variant.servers))
        self._servers = [ServerProcess(store, log, options, variant.workers) for log in logs]
        self.rounds: dict[str, list[EventSender]] = {}

    def run_round(self, number: int) -> Iterator[str]:
        """Run one round and describe each error in its events."""
        self._start_servers()
        random, stop = Random(f"{self._seed}/{number}"), Event()
        api_key = f"round-{number}"
        senders = [EventSender(self._servers[n % len(self._servers)], api_key, f"{n}", stop) for n in range(SENDERS)]
        for sender in senders:
            sender.start()
        # The first round kills at any time; the others lose an acknowledged event if the server can lose one.
        if number:
            wait_until(lambda: any(sender.acknowledged for sender in senders), "no event is acknowledged")
        stop.wait(random.uniform(0, MAX_DELAY))
        self._variant.kill(self._servers[0], random)
        if any(server.up for server in self._servers):
            stop.wait(random.uniform(0, MAX_DELAY))
        stop.set()
        for sender in senders:
            sender.join()
        self.rounds[api_key] = senders
        self._start_servers()
        return self._check_events(api_key)

    def check_all_rounds(self) -> Iterator[str]:
        """Check the events of all rounds again, and describe each error."""
        return (error for api_key in self.rounds for error in self._check_events(api_key))

    def stop_servers(self) -> None:
        """Stop the servers that are up."""
        for server in self._servers:
            if server.up:
                server.stop()

    def _start_servers(self) -> None:
        for server in self._servers:
            if not server.up:
                server.start()

    def _check_events(self, api_key: str) -> Iterator[str]:
        stored, senders = count_stored_events(self._store, api_key), self.rounds[api_key]
        yield from (f"{api_key}: {error}" for error in find_lost_and_duplicate_events(senders, stored))
        if (received := read_received_count(self._servers[0], api_key)) != stored.total():
            yield f"{api_key}: {stored.total()} events are stored, but the server reports {received}"
        unexpected = {status for sender in senders for status in sender.statuses} - {200}
        yield from (f"{api_key}: a response has status {status}" for status in sorted(unexpected))


def main() -> int:
    """Run the rounds; return 1 if an event was lost, duplicated or miscounted."""
    options = read_options()
    variant = VARIANTS[options.variant]
    variant = replace(variant, workers=options.workers or variant.workers)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="crash-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        sqlite = nullcontext(f"{name}/store.sqlite3")
        with run_postgresql(folder / "postgresql") if variant.on_postgresql else sqlite as store:
            test = CrashTest(variant, store, folder, options.seed)
            try:
                errors = [error for number in range(options.rounds) for error in test.run_round(number)]
                errors += test.check_all_rounds()
            finally:
                test.stop_servers()
    sys.stdout.writelines(f"{error}\n" for error in errors[:SHOWN])
    seconds = time.monotonic() - started
    sys.stdout.write(f"{options.variant}: {summarize(test)} in {seconds:.0f} s, {len(errors)} errors\n")
    return min(len(errors), 1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress.crash", description=__doc__)
    parser.add_argument(
        "--variant", choices=VARIANTS, default="server", help="the servers, and which process is killed"
    )
    parser.add_argument("--workers", type=int, help="number of workers, instead of the variant's own")
    parser.add_argument("--rounds", type=int, default=3, help="how many times to kill")
    parser.add_argument("--seed", type=int, default=1, help="the same seed kills after the same delays")
    return parser.parse_args()


def summarize(test: CrashTest) -> str:
    """Return the number of rounds, and the numbers of sent and acknowledged events."""
    senders = [sender for senders in test.rounds.values() for sender in senders]
    sent = sum(len(sender.sent) for sender in senders)
    acknowledged = sum(len(sender.acknowledged) for sender in senders)
    return f"{len(test.rounds)} rounds, {sent:,} events sent, {acknowledged:,} acknowledged"


if __name__ == "__main__":
    sys.exit(main())
