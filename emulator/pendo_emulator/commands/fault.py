"""`pendo-emulator fault`; each command is a module of the folder fault_commands, named in `commands`."""

from __future__ import annotations

import click

from pendo_contracts.commands.lazy_command_group import LazyCommandGroup


@click.group(
    "fault",
    cls=LazyCommandGroup,
    package="pendo_emulator.commands.fault_commands",
    summaries={
        "add": "Add a fault.",
        "clear": "Delete all faults of the API key.",
        "list": "List the faults.",
        "profile": "List, show and apply fault profiles.",
    },
)
def command() -> None:
    """Set faults for one API key of a running emulator.

    A fault is an error status, a delay or a broken connection, for example. A profile is a list of faults that together
    look like a known failure, such as an ad blocker.
    """
