"""Raw bytes on a live server's socket: it answers or hangs up in time, and goes on to answer good beacons."""

from __future__ import annotations

import argparse
import socket
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tests.stress.crash.ledger import read_names
from tests.stress.crash.sender import beacon, read_answer
from tests.stress.crash.server import Server
from tests.stress.fuzz.http_text import draw_octets

CLIENTS: Final = 4
PART: Final = 50
PATIENCE: Final = 5.0
KEY: Final = "good"
SHOWN: Final = 500


class Wire:
    """What clients send to a server, and what it did wrong."""

    def __init__(self, server: Server, seed: int) -> None:
        self._server, self._seed = server, seed
        self.answered: list[int] = []
        self.acknowledged: list[str] = []
        self.broken: list[str] = []

    def send_part(self, numbers: range) -> None:
        """Send what has these numbers, each on a connection of its own, and then a good beacon."""
        for number in numbers:
            self._send(number)
        self._send_good(f"good-{numbers.start}")

    def _send(self, number: int) -> None:
        octets = draw_octets(self._seed, number)
        try:
            with socket.create_connection(self._server.address, PATIENCE) as connection:
                connection.sendall(octets)
                connection.shutdown(socket.SHUT_WR)
                self.answered += [number] if _read(connection) else []
        except TimeoutError:
            self.broken.append(f"number {number} is neither answered nor hung up on: {octets[:SHOWN]!r}")
        except ConnectionError:
            return

    def _send_good(self, name: str) -> None:
        with (
            socket.create_connection(self._server.address, PATIENCE) as connection,
            connection.makefile("rb") as stream,
        ):
            connection.sendall(beacon(KEY, name))
            status = read_answer(stream).status
        if status != 200:
            self.broken.append(f"{name} is answered {status}")
        self.acknowledged.append(name)


def _read(connection: socket.socket) -> bool:
    """Read to the end; tell whether there was anything."""
    something = False
    while connection.recv(65536):
        something = True
    return something


def main() -> int:
    """Send so much; exit code 1 if anything broke."""
    options = read_options()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        store = f"{folder}/store.sqlite3"
        server = Server(store, Path(folder) / "log", ("--ca-dir", f"{folder}/ca", "--log", "none"))
        wire = Wire(server, options.seed)
        server.start()
        try:
            with ThreadPoolExecutor(CLIENTS) as clients:
                parts = [range(start, min(start + PART, options.count)) for start in range(0, options.count, PART)]
                list(clients.map(wire.send_part, parts))
        finally:
            server.kill()
        lost = set(wire.acknowledged) - read_names(store, KEY).keys()
        wire.broken += [*(f"{name} is lost" for name in sorted(lost)), *server.traces()]
    sys.stdout.writelines(f"{what}\n" for what in wire.broken)
    sys.stdout.write(
        f"seed {options.seed}: {options.count:,} connections in {time.monotonic() - began:.0f} s,"
        f" {len(wire.answered):,} answered, {len(wire.acknowledged)} good beacons between, {len(wire.broken)} wrong\n"
    )
    return min(len(wire.broken), 1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
