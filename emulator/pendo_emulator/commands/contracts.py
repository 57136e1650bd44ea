"""`pendo-emulator contracts`; each command is a module of the folder contract_commands, named in `commands`."""

from __future__ import annotations

import click

from pendo_contracts.commands.lazy_command_group import LazyCommandGroup


@click.group(
    "contracts",
    cls=LazyCommandGroup,
    package="pendo_emulator.commands.contract_commands",
    summaries={
        "infer": "Propose a tracking plan for the events in recordings.",
        "lint": "Find mistakes in tracking plans and JSON Schemas.",
        "coverage": "Show which parts of the contracts no recording exercises.",
        "diff": "Show which events the change from OLD to NEW breaks, and which it newly allows.",
    },
)
def command() -> None:
    """Work with contracts: tracking plans and JSON Schemas.

    The commands propose a plan from recordings, find mistakes in contracts, and compare contracts and recordings.
    """
