"""What serve and exec have in common: an emulator that runs, and how people and programs find it."""

from __future__ import annotations

import signal
from threading import Event
from typing import TYPE_CHECKING

import click

from contracts.region import REGIONS
from emulator.server import Emulator

if TYPE_CHECKING:
    from pathlib import Path


def start(store: Path | None, host: str = "127.0.0.1", port: int = 0) -> Emulator:
    """Make an emulator; say what to do where its address is taken."""
    try:
        return Emulator(store, host, port)
    except OSError as error:
        message = f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
        raise click.ClickException(message) from error


def environment(emulator: Emulator) -> dict[str, str]:
    """Name the emulator's address, and each host's, in environment variables."""
    hosts = {
        f"PENDO_{region.name.upper()}_{role.upper()}_URL": emulator.host_url(region.host(role))
        for region in REGIONS.values()
        for role in ("content", "data", "app")
    }
    return hosts | {"PENDO_EMULATOR_URL": emulator.url, "PENDO_EMULATOR_CONTROL_URL": emulator.control_url}


def welcome(emulator: Emulator) -> str:
    """Say where the emulator is and how to reach its hosts."""
    return "\n".join(
        (
            f"Pendo's hosts are at {emulator.url} (told apart by Host header)",
            f"  without DNS   {emulator.host_url('data.eu.pendo.io')}/data/ptm.gif/<apiKey>",
            f"  content host  {emulator.host_url('cdn.eu.pendo.io')}  (for the Region or CNAME setting)",
            f"  control API   {emulator.control_url}/",
            "Ctrl-C stops.",
        )
    )


def wait_for_signal() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    stopped = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    stopped.wait()
