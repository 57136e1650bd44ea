"""Every command of both command lines has the short options for help and version."""

import click
import pytest
from click.testing import CliRunner

from pendo_destination.cli import main as pendo_destination
from pendo_emulator.cli import main as pendo_emulator


def paths(command, words=()):
    """Yield the words of a command and of each command below it."""
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from paths(command.get_command(context, name), (*words, name))


COMMANDS = [(main, words) for main in (pendo_destination, pendo_emulator) for words in paths(main)]


@pytest.mark.parametrize(("main", "words"), COMMANDS, ids=lambda part: getattr(part, "name", None) or " ".join(part))
def test_help_and_version_have_short_options(main, words):
    version = f"{main.name}, version "
    for option, start in {"-h": "Usage: ", "--help": "Usage: ", "-V": version, "--version": version}.items():
        done = CliRunner().invoke(main, [*words, option], prog_name=main.name)
        assert (done.exit_code, done.output[: len(start)]) == (0, start)
