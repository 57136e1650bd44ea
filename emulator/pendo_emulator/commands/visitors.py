"""`pendo-emulator visitors`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pendo_emulator.commands.profile_commands.options import profile_options

if TYPE_CHECKING:
    from pendo_emulator.commands.profile_commands.options import ProfileQuestion


@click.command("visitors")
@profile_options
def command(question: ProfileQuestion) -> None:
    """Show the visitors of an API key as Pendo would hold them.

    Without ID it lists them; with ID it shows one: its metadata with history, its accounts and its events.

    Exit codes: 0, shown; 2, wrong usage or not a store; 3, the emulator does not answer; 4, there is no such visitor.
    """
    from pendo_emulator.commands.profile_commands.run import answer  # noqa: PLC0415 - --help does not need it

    answer(question, "visitor")
