"""`pendo-destination replay`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pendo_destination.commands._shared.target_options import target_options


@click.command("replay")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@target_options
def command(files: tuple[Path, ...], *, emulator: str | None) -> None:
    """Send recorded requests again, unchanged.

    FILES are HAR files, captures (NDJSON, one request on a line) or stores of the emulator, plain or compressed; `-`
    is standard input. Entries that cannot be read, whose body is not recorded, or that no host received are skipped
    and counted.

    Exit codes: 0: sent; 1: the emulator did not give every answer; 2: wrong usage or not a recording; 3: a host did
    not answer; 4: nothing was sent.
    """
    # This import takes 100 ms, which --help does not need.
    from pendo_destination.commands._shared.replay_recordings import replay_recordings  # noqa: PLC0415

    sys.exit(replay_recordings(files, emulator))
