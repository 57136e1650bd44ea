"""The command line `pendo-destination`."""

from __future__ import annotations

import click

from pendo_contracts.commands.lazy import CommandLine


@click.group(
    cls=CommandLine,
    package="pendo_destination.commands",
    names=("send", "serve", "migrate", "replay", "day", "explain", "conformance"),
)
@click.version_option(package_name="pendo-emulator")
def main() -> None:
    """Send Segment events to Pendo as Segment's destinations do."""
