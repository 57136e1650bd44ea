"""Serves with several worker processes; each is an emulator on the same port with the same store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from pendo_emulator.commands._shared.emulator_start import (
    address_in_use,
    banner,
    print_summary,
    serve_until_signal,
    start,
)
from pendo_emulator.commands._shared.end_signals import collect_signals
from pendo_emulator.http.listening_sockets import reserve_port
from pendo_emulator.observability.counters import Counters
from pendo_emulator.server import temporary_folder
from pendo_emulator.worker_processes import Workers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.http.listening_sockets import ListeningSockets


def _reserve(host: str, port: int) -> ListeningSockets:
    try:
        return reserve_port(host, port)
    except OSError as error:
        raise address_in_use(host, port, error) from error


def serve_with_workers(workers: int, port: int, settings: Mapping[str, Any]) -> int:
    """Serve with `workers` processes until a signal; return the exit code."""
    parent, counters = os.getpid(), Counters(workers)
    with temporary_folder(settings["durability"]) as temporary, _reserve(settings["host"], port) as reserved:
        store = settings["store"] or f"{temporary}/exchanges.sqlite3"
        common = {
            **settings,
            "store": store,
            "port": reserved.port,
            "counters": counters,
            "shared_port": True,
        }
        emulator = start(**common)  # reports wrong settings once, before any worker starts; stores the plan
        text = banner(emulator)
        emulator.stop()
        # A worker that starts later must not replace a plan of the control API.
        common["plan"] = None

        def work(worker: int) -> None:
            counters.use_row(worker)
            with collect_signals() as signals, start(**common) as emulator:
                counters.add("ready")
                serve_until_signal(emulator, signals, parent)

        def is_ready(worker: int) -> bool:
            return bool(counters.value(worker, "ready"))

        code = Workers(workers, work, is_ready).run(lambda: click.echo(text))
        print_summary(counters)
        return code
