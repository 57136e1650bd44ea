"""The command `engage`."""

from pendo_emulator.commands.engage.group import command

__all__ = ["command"]
