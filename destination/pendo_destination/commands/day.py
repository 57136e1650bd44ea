"""`pendo-destination day`."""

from __future__ import annotations

import click

from pendo_destination import samples as days
from pendo_destination.javascript.json import stringify


@click.command("day")
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same day.")
@click.option("--events", default=600, show_default=True, type=click.IntRange(1), help="How many events.")
@click.option("--broken", is_flag=True, help="A dozen events that each break a rule, instead of a day.")
def command(*, seed: int, events: int, broken: bool) -> None:
    """Write a SaaS product's day of Segment events as NDJSON."""
    for event in days.broken(seed) if broken else days.generate(seed, events):
        click.echo(stringify(event))
