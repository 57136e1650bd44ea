"""`pendo-destination replay`."""

from __future__ import annotations

from pathlib import Path

import click

from pendo_destination.commands._shared.emulator import emulator_option, exit_if_unreachable
from pendo_destination.transport.http import HttpTransport


@click.command("replay")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@emulator_option
def command(files: tuple[Path, ...], *, emulator: str | None) -> None:
    """Send recorded requests again, unchanged.

    FILES are recordings as NDJSON or HAR.

    Exit codes: 0: all sent; 1: a recording cannot be read; 2: wrong usage; 3: a host did not answer.
    """
    from pendo_contracts.recordings.reading import read_recording  # noqa: PLC0415 - 40 ms that --help does not need

    sent = 0
    with HttpTransport(emulator) as transport:
        for entry in (entry for file in files for entry in read_recording(file)):
            if entry.envelope is None:
                raise click.ClickException(f"{entry.where}: {entry.problem}")
            with exit_if_unreachable():
                transport(entry.envelope)
            sent += 1
    click.echo(f"{sent} requests replayed")
