"""`pendo-emulator tail`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pendo_emulator.commands._live.options import live_options, query_option

if TYPE_CHECKING:
    from pendo_emulator.commands._shared.emulator_options import RunningEmulator


@click.command("tail")
@click.argument("terms", nargs=-1, metavar="[QUERY]...")
@query_option
@live_options
@click.option("--api-key", metavar="KEY", help="Only events of this API key; `-` for requests without one.")
@click.option("-n", "--last", default=10, show_default=True, type=click.IntRange(0, 1000), help="Events to begin with.")
@click.option("--follow/--no-follow", default=True, show_default=True, help="Wait for new events until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print each event as a JSON object on a line.")
def command(
    terms: tuple[str, ...],
    query: str,
    emulator: RunningEmulator,
    api_key: str | None,
    last: int,
    *,
    follow: bool,
    as_json: bool,
) -> None:
    """Print the events that arrive at a running emulator, one on a line.

    QUERY selects events, as with -q: `pendo-emulator tail type:track is:broken`. If the emulator restarts with the same
    store, the command connects again and continues without missing or repeating an event.

    Exit codes: 0, stopped by Ctrl-C, or all printed with --no-follow; 2, wrong usage; 3, the emulator does not answer;
    5, the output cannot be written, or a bug.
    """
    from pendo_emulator.commands._live.follow import follow_events, print_events  # noqa: PLC0415 - 80 ms of start-up

    text = " ".join(filter(None, (query, *terms)))
    print_events(follow_events(emulator, api_key, text, last, follow=follow), as_json=as_json, with_key=api_key is None)
