"""`pendo-destination replay`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pendo_contracts.wire.region import REGIONS
from pendo_destination.commands._shared.setting_text import API_KEY
from pendo_destination.commands._shared.target_options import target_options


@click.command("replay")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option(
    "--region", type=click.Choice(list(REGIONS)), help="Send to this Pendo region instead of the recorded hosts."
)
@click.option("--api-key", type=API_KEY, metavar="KEY", help="Send with this API key instead of the recorded ones.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    metavar="FACTOR",
    help="Keep the pace of the recording: 1 as it was recorded, 10 ten times as fast.  [default: as fast as possible]",
)
@click.option(
    "--strict", is_flag=True, help="Also fail if an answer differs from the recorded one, or an event was not sent."
)
@target_options
def command(
    files: tuple[Path, ...],
    *,
    region: str | None,
    api_key: str | None,
    speed: float | None,
    strict: bool,
    emulator: str | None,
) -> None:
    """Send recorded requests again, and report the differences from the recording.

    FILES are HAR files, captures (NDJSON, one request on a line) or stores of the emulator, plain or compressed; `-`
    is standard input. Entries that cannot be read, whose body is not recorded, or that no host received are skipped
    and counted. Differences are other answers than the recorded ones, and events that were not sent.

    Exit codes: 0: sent; 1: the emulator did not give every answer, or a difference with --strict; 2: wrong usage or not
    a recording; 3: a host did not answer; 4: nothing was sent.
    """
    # This import takes 100 ms, which --help does not need.
    from pendo_destination.commands._shared.replay_recordings import replay_recordings  # noqa: PLC0415
    from pendo_destination.commands._shared.replay_target import ReplayTarget  # noqa: PLC0415 - the same

    sys.exit(replay_recordings(files, emulator, ReplayTarget(region, api_key), speed=speed, strict=strict))
