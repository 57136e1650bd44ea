"""Runs `compare`: reads two recordings, prints their differences, and writes them as JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

from pendo_contracts.commands.comparison_text import comparison_lines
from pendo_contracts.commands.console import use_color
from pendo_contracts.commands.json_file import is_stdout, write_json
from pendo_contracts.comparison.compare import compare
from pendo_contracts.comparison.recording_content import API_KEY
from pendo_emulator.commands._inspection.named_source import is_emulator, read_named_source

if TYPE_CHECKING:
    from pathlib import Path

DIFFERENT: Final = 1


def run_compare(
    before: str,
    after: str,
    *,
    ignored: tuple[str, ...],
    cnames: tuple[str, ...],
    token: str,
    complete: bool,
    json_file: Path | None,
) -> int:
    """Compare two recordings, print the result and return the exit code."""
    if before == after == "-":
        raise click.UsageError("standard input can be A or B, not both: give the other one as a file")
    first, second = (read_named_source(source, cnames, token) for source in (before, after))
    # Two keys of emulators are two runs: that their names differ is no result.
    facts = (API_KEY,) if all("#" in source and is_emulator(source) for source in (before, after)) else ()
    comparison = compare(first, second, ignored=ignored, ignored_facts=facts, names=("A", "B"))
    if json_file is not None:
        write_json(comparison.to_json(), json_file)
    if not is_stdout(json_file):
        color = use_color(sys.stdout)
        for line in comparison_lines(comparison, complete=complete):
            click.echo(line, color=color)
    return 0 if comparison.same else DIFFERENT
