"""`pendo-emulator capsule run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pendo_emulator.commands.capsule.capsule_file import capsule_argument, open_capsule

if TYPE_CHECKING:
    from pathlib import Path


@click.command("run")
@capsule_argument
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Port to listen on.  [default: a free one]")
@click.option("--print-only", is_flag=True, help="Print the address, but open no browser.")
def command(file: Path, port: int, *, print_only: bool) -> None:
    """Start an emulator that has the requests of CAPSULE, and open its console.

    The emulator has the settings of the capsule, and answers new requests for its API key as the recording shows it. It
    runs until Ctrl-C.

    Exit codes: 0, it was stopped; 2, the file is refused, or wrong usage.
    """
    from pendo_emulator.commands.capsule.run_capsule import run_capsule  # noqa: PLC0415 - 250 ms of start-up time

    run_capsule(open_capsule(file), port, opens_browser=not print_only)
