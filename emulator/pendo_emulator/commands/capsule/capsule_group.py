"""`pendo-emulator capsule`; each command is a module of this folder, named in `names`."""

from __future__ import annotations

import click

from pendo_contracts.commands.lazy_command_group import LazyCommandGroup


@click.group(
    "capsule",
    cls=LazyCommandGroup,
    package="pendo_emulator.commands.capsule",
    names=("make", "show", "verify", "run"),
)
def command() -> None:
    """Put a problem into one file without personal data, and reproduce it from the file.

    A capsule is a zip file with a redacted recording, what is wrong in it, and a test that fails until it is fixed.
    """
