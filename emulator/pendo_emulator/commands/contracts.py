"""`pendo-emulator contracts`; each command is a module of the folder contract_commands, named in `names`."""

from __future__ import annotations

import click

from pendo_contracts.commands.lazy_command_group import LazyCommandGroup


@click.group(
    "contracts",
    cls=LazyCommandGroup,
    package="pendo_emulator.commands.contract_commands",
    names=("infer", "lint", "coverage", "diff"),
)
def command() -> None:
    """Work with contracts: tracking plans and JSON Schemas.

    The commands propose a plan from recordings, find mistakes in contracts, and compare contracts and recordings.
    """
