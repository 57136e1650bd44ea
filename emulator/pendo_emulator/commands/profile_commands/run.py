"""Answers one question of the commands `visitors` and `accounts`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

import click

from pendo_contracts.commands.console import echo_json, show_every_character
from pendo_contracts.common.safe_text import visible
from pendo_emulator.commands.profile_commands.sources import read_profiles
from pendo_emulator.commands.profile_commands.text import account_lines, list_lines, visitor_lines

if TYPE_CHECKING:
    from pendo_emulator.commands.profile_commands.options import ProfileQuestion
    from pendo_emulator.profiles.profile import Kind

NOT_FOUND: Final = 4


def answer(question: ProfileQuestion, kind: Kind) -> None:
    """Print the answer to a question; exit with NOT_FOUND if there is no profile with the id."""
    document = read_profiles(question, kind)
    if document is None:
        click.echo(f"there is no {kind} {visible(question.id or '')}", err=True)
        sys.exit(NOT_FOUND)
    if question.as_json:
        echo_json(json.dumps(document, ensure_ascii=False, indent=2))
        return
    show_every_character(sys.stdout)
    if question.id is None:
        lines = list_lines(document, kind)
    else:
        lines = visitor_lines(document) if kind == "visitor" else account_lines(document)
    for line in lines:
        click.echo(line)
