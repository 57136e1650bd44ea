"""Every command of both command lines has the short options for help and version."""

import click
import pytest
from click.testing import CliRunner

from pendo_contracts.commands.lazy_command_group import LazyCommandGroup
from pendo_destination.cli import main as pendo_destination
from pendo_emulator.cli import main as pendo_emulator


def paths(command, words=()):
    """Yield the words of a command and of each command below it."""
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from paths(command.get_command(context, name), (*words, name))


def lazy_groups(command):
    """Yield the groups that list their commands without importing them."""
    context = click.Context(command)
    below = [command.get_command(context, name) for name in command.list_commands(context)]
    if isinstance(command, LazyCommandGroup):
        yield command
    for group in below:
        if isinstance(group, click.Group):
            yield from lazy_groups(group)


COMMANDS = [(main, words) for main in (pendo_destination, pendo_emulator) for words in paths(main)]


@pytest.mark.parametrize(("main", "words"), COMMANDS, ids=lambda part: getattr(part, "name", None) or " ".join(part))
def test_help_and_version_have_short_options(main, words):
    version = f"{main.name}, version "
    for option, start in {"-h": "Usage: ", "--help": "Usage: ", "-V": version, "--version": version}.items():
        done = CliRunner().invoke(main, [*words, option], prog_name=main.name)
        assert (done.exit_code, done.output[: len(start)]) == (0, start)


@pytest.mark.parametrize("main", [pendo_destination, pendo_emulator], ids=lambda main: main.name)
def test_list_of_commands_is_that_of_the_commands_themselves(main):
    for group in lazy_groups(main):
        formatters = [click.HelpFormatter(width=80) for _ in range(2)]
        group.format_commands(click.Context(group), formatters[0])
        click.Group.format_commands(group, click.Context(group), formatters[1])
        assert formatters[0].getvalue() == formatters[1].getvalue()
