"""What serve does with several workers: each is an emulator of its own on the same port, with the same store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from pendo_emulator.commands._shared.server import serve_until_signal, start, taken, welcome
from pendo_emulator.observability.counters import Counters
from pendo_emulator.server import folder, reserve
from pendo_emulator.workers import Workers

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping


def _reserve(host: str, port: int) -> socket.socket:
    try:
        return reserve(host, port)
    except OSError as error:
        raise taken(host, port, error) from error


def serve(workers: int, port: int, settings: Mapping[str, Any]) -> int:
    """Serve until a signal; return the exit code."""
    parent, counters = os.getpid(), Counters(workers)
    with folder(settings["durability"]) as temporary, _reserve(settings["host"], port) as reserved:
        store = settings["store"] or f"{temporary}/exchanges.sqlite3"
        common = {
            **settings,
            "store": store,
            "port": reserved.getsockname()[1],
            "counters": counters,
            "shared_port": True,
        }
        emulator = start(**common)  # whatever is wrong with the settings is said once, before there are workers
        greeting = welcome(emulator)
        emulator.stop()

        def work(worker: int) -> None:
            counters.use_row(worker)
            with start(**common) as emulator:
                counters.add("ready")
                serve_until_signal(emulator, parent)

        def serves(worker: int) -> bool:
            return bool(counters.value(worker, "ready"))

        return Workers(workers, work, serves).run(lambda: click.echo(greeting))
