"""`pendo-destination day`."""

from __future__ import annotations

import click

from pendo_contracts.commands.console import echo_json


@click.command("day")
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same events.")
@click.option("--events", default=600, show_default=True, type=click.IntRange(1), help="The number of events.")
@click.option("--broken", is_flag=True, help="Write invalid events instead: for each rule one event that breaks it.")
def command(*, seed: int, events: int, broken: bool) -> None:
    """Write sample Segment events as NDJSON.

    They are one day of a SaaS product.
    """
    # These imports take 20 ms, which --help does not need.
    from pendo_destination.javascript.json import stringify  # noqa: PLC0415
    from pendo_destination.samples import generate_day, generate_flawed  # noqa: PLC0415

    for event in generate_flawed(seed) if broken else generate_day(seed, events):
        echo_json(str(stringify(event)))
