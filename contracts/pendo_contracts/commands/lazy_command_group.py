"""A click group that imports a command only when it is used, so that the command line starts fast."""

from __future__ import annotations

import atexit
import gc
import sys
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import click

from pendo_contracts.commands.console import help_width
from pendo_contracts.commands.output_errors import recognize_output_errors
from pendo_contracts.commands.run_program import run

if TYPE_CHECKING:
    from collections.abc import Mapping

DISTRIBUTION: Final = "pendo-emulator"
HELP_NAMES: Final = ("-h", "--help")

# With Python's own thresholds, collections during the imports take a tenth of the start-up time.
_COLLECTION_THRESHOLDS: Final = (50_000, 10, 10)


class LazyCommandGroup(click.Group):
    """A click group that loads the command `NAME` from `PACKAGE.NAME:command`; a dash in NAME is `_` in the module.

    `summaries` has the first sentence of each command's help, so that the list of commands is printed without imports.
    The group and each of its commands have the options -h and -V. For the exit codes see `run_program.run`.
    """

    def __init__(self, *args: Any, package: str, summaries: Mapping[str, str], **kwargs: Any) -> None:
        settings = {"help_option_names": list(HELP_NAMES)} | kwargs.pop("context_settings", {})
        super().__init__(*args, context_settings=settings, **kwargs)
        self._package, self._summaries = package, summaries
        _add_version(self)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List all command names, in the order of the help text."""
        del ctx
        return list(self._summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; return None for an unknown name."""
        del ctx
        if cmd_name not in self._summaries:
            return None
        module = import_module(f"{self._package}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        _add_version_to_all(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands like click, which would import them all."""
        del ctx
        width = formatter.width - 6 - max(map(len, self._summaries), default=0)
        rows = [
            (name, click.Command(name, help=text).get_short_help_str(width)) for name, text in self._summaries.items()
        ]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

    def main(self, *args: Any, standalone_mode: bool = True, **kwargs: Any) -> Any:
        """Run the command line; in standalone mode, end the process with its exit code."""
        program = partial(super().main, *args, standalone_mode=False, **kwargs)
        if not standalone_mode:
            return program()
        gc.set_threshold(*_COLLECTION_THRESHOLDS)
        atexit.register(gc.freeze)  # Python's last collections take a tenth of the time of a short command
        sys.exit(run(program, self.name or "this command"))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line; raise OutputError if the help cannot be written."""
        with recognize_output_errors():
            return super().make_context(*args, **{"terminal_width": help_width()} | kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; raise OutputError if its output cannot be written."""
        with recognize_output_errors():
            return super().invoke(ctx)


def _add_version(command: click.Command) -> None:
    click.version_option(None, "-V", "--version", package_name=DISTRIBUTION)(command)


def _add_version_to_all(command: click.Command) -> None:
    """Add -V to a command and its subcommands, unless they already have it."""
    if not any("-V" in parameter.opts for parameter in command.params):
        _add_version(command)
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _add_version_to_all(below)
