"""Converts files of settings of the classic destination, and prints the changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from pendo_contracts.commands.console import echo_json
from pendo_contracts.commands.output_errors import OutputFileError
from pendo_contracts.common.crash_safe_files import write_atomically
from pendo_contracts.wire import jzb
from pendo_destination.destinations import classic, webhook
from pendo_destination.destinations.classic_migration import CHANGES, migrate
from pendo_destination.runtime.settings_check import find_settings_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pendo_destination.runtime.definition import Field


def migrate_settings(classic_file: Path, *, webhook_file: Path | None, output: Path | None) -> None:
    """Convert a file of settings; raise click.UsageError if the settings are invalid."""
    settings, problems = _read(classic_file, classic.SETTINGS)
    cloud, cloud_problems = _read(webhook_file, webhook.SETTINGS) if webhook_file else (None, [])
    if problems or cloud_problems:
        raise click.UsageError("the settings are invalid\n" + "\n".join([*problems, *cloud_problems]))
    migration = migrate(settings, cloud)
    _print_changes(migration.warnings)
    document = json.dumps(migration.settings, indent=2, ensure_ascii=False)
    if output:
        _write(f"{document}\n", output)
    else:
        echo_json(document)


def _write(document: str, file: Path) -> None:
    try:
        write_atomically(file, document)
    except OSError as error:
        raise OutputFileError(f"cannot write the settings to {file}: {error.strerror}") from error


def _read(file: Path, fields: Mapping[str, Field]) -> tuple[Any, list[str]]:
    """Read settings and list every problem of the settings."""
    try:
        document = jzb.parse(file.read_bytes())
    except jzb.JzbError as error:
        return None, [f"{file}: {error}"]
    return document, [f"{file}{problem}" for problem in find_settings_problems(fields, document)]


def _print_changes(warnings: Iterable[str]) -> None:
    click.echo("What changes:", err=True)
    for change in CHANGES:
        click.echo(
            f"  {change.subject}\n    before  {change.before}\n    after   {change.after}\n    source  {change.source}",
            err=True,
        )
    click.echo("Before you switch:", err=True)
    for warning in warnings:
        click.echo(f"  {warning}", err=True)
