"""`pendo-emulator capsule`: one file that reproduces a problem without personal data."""

from pendo_emulator.commands.capsule.capsule_group import command

__all__ = ["command"]
