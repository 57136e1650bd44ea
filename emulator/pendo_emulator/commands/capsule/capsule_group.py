"""`pendo-emulator capsule`; each command is a module of this folder, named in `commands`."""

from __future__ import annotations

import click

from pendo_contracts.commands.lazy_command_group import LazyCommandGroup


@click.group(
    "capsule",
    cls=LazyCommandGroup,
    package="pendo_emulator.commands.capsule",
    summaries={
        "make": "Make a capsule of a recording.",
        "show": "Show what is in CAPSULE, and which values of the recording it keeps.",
        "verify": "Say whether this program still finds in CAPSULE what was found when it was made.",
        "run": "Start an emulator that has the requests of CAPSULE, and open its console.",
    },
)
def command() -> None:
    """Put a problem into one file without personal data, and reproduce it from the file.

    A capsule is a zip file with a redacted recording, what is wrong in it, and a test that fails until it is fixed.
    """
