"""Shared by check and exec: options, writing the report, and its exit code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pendo_contracts.report import as_json, as_text

if TYPE_CHECKING:
    from pendo_contracts.report import Report

KEPT: Final = 0
BROKEN: Final = 1
NOTHING: Final = 4

json_option = click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the report as JSON to this file.",
)
allow_empty_option = click.option(
    "--allow-empty", is_flag=True, help="Exit with 0 instead of 4 if nothing was checked."
)

strict_option = click.option(
    "--strict", is_flag=True, help="Also fail for warnings, and for requests that were not received or not judged."
)


def publish(report: Report, json_file: Path | None) -> None:
    """Print a report; also write it as JSON if a file is given."""
    click.echo(as_text(report, color=sys.stdout.isatty()), nl=False)
    if json_file:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(as_json(report) + "\n", "utf-8")


def exit_code(report: Report, *, allow_empty: bool, strict: bool = False) -> int:
    """Return the exit code: 1 for a broken contract, 4 if nothing was checked, otherwise 0.

    `strict` also returns 1 for warnings and for requests that were unreadable, not received or not judged.
    """
    if not report.good or (strict and not report.flawless):
        return BROKEN
    if report.requests == 0 and not allow_empty:
        click.echo("nothing was checked: there were no requests (use --allow-empty if that is fine)", err=True)
        return NOTHING
    return KEPT
