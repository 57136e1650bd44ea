"""The command line `pendo-destination`."""

from __future__ import annotations

import click

from pendo_contracts.commands.lazy_command_group import LazyCommandGroup


@click.group(
    "pendo-destination",
    cls=LazyCommandGroup,
    package="pendo_destination.commands",
    names=("send", "serve", "migrate", "replay", "day", "explain", "scenario", "conformance"),
)
def main() -> None:
    """Send Segment events to Pendo as Segment's destinations do."""
