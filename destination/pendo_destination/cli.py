"""The command line `pendo-destination`."""

from __future__ import annotations

import click

from pendo_contracts.commands.lazy_command_group import LazyCommandGroup


@click.group(
    "pendo-destination",
    cls=LazyCommandGroup,
    package="pendo_destination.commands",
    summaries={
        "send": "Send Segment events through Pendo destinations.",
        "serve": "Receive events from Segment's libraries and send them on.",
        "migrate": "Convert the settings of the classic destination into settings of Pendo Web (Actions).",
        "replay": "Send recorded requests again, and report the differences from the recording.",
        "day": "Write sample Segment events as NDJSON.",
        "explain": "Show step by step how one Segment event is processed.",
        "scenario": "Run known problems, and make scenarios of recordings.",
        "conformance": "Compare this destination with the published code.",
    },
)
def main() -> None:
    """Send Segment events to Pendo as Segment's destinations do."""
