"""`pendo-emulator show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pendo_emulator.commands._live.options import live_options, query_option

if TYPE_CHECKING:
    from pendo_emulator.commands._shared.emulator_options import RunningEmulator


@click.command("show")
@click.argument("api_key", required=False, metavar="[KEY]")
@query_option
@live_options
@click.option("-n", "--last", default=10, show_default=True, type=click.IntRange(0, 1000), help="Events to show.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(api_key: str | None, query: str, emulator: RunningEmulator, last: int, *, as_json: bool) -> None:
    """Print a summary of what an API key received.

    The summary has the events by type, region and verdict, the most frequent findings and the last events; -q selects
    the last events. Without KEY it is about all keys; `-` means requests without one.

    Exit codes: 0, the summary is printed; 2, wrong usage; 3, the emulator does not answer; 5, the output cannot be
    written, or a bug.
    """
    from pendo_emulator.commands._live.summary import print_summary  # noqa: PLC0415 - 80 ms of start-up time

    print_summary(emulator, api_key, query, last, as_json=as_json)
