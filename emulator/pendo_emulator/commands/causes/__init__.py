"""`pendo-emulator causes`: the pages of the causes that `inspect` finds."""

from pendo_emulator.commands.causes.cause_commands import command

__all__ = ["command"]
