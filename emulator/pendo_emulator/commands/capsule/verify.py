"""`pendo-emulator capsule verify`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pendo_emulator.commands.capsule.capsule_file import capsule_argument, open_capsule

if TYPE_CHECKING:
    from pathlib import Path

_MAX_SHOWN = 20


@click.command("verify")
@capsule_argument
def command(file: Path) -> None:
    """Say whether this program still finds in CAPSULE what was found when it was made.

    Exit codes: 0, it does; 1, it finds something else; 2, the file is refused.
    """
    from pendo_contracts.common.safe_text import visible  # noqa: PLC0415 - --help does not need it

    capsule = open_capsule(file)
    changes = capsule.changes()
    if not changes:
        click.echo(f"REPRODUCED  {visible('; '.join(capsule.expected.causes))}")
        return
    click.echo("DIFFERENT  This program finds something else than the one that made the capsule.")
    for line in changes[:_MAX_SHOWN]:
        click.echo(f"  {visible(line, 1000)}")
    if len(changes) > _MAX_SHOWN:
        click.echo(f"  and {len(changes) - _MAX_SHOWN:,} more")
    sys.exit(1)
