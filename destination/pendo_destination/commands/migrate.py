"""`pendo-destination migrate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pendo_contracts import jzb
from pendo_destination.destinations import classic, webhook
from pendo_destination.destinations.migration import CHANGES, migrate
from pendo_destination.runtime.settings import find_settings_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pendo_destination.runtime.definition import Field

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("migrate")
@click.argument("classic_file", type=_FILE)
@click.option("--webhook", "webhook_file", type=_FILE, help="The settings of the webhook beside it, as JSON.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the settings to this file."
)
def command(classic_file: Path, *, webhook_file: Path | None, output: Path | None) -> None:
    """Turn the classic destination's settings ({"apiKey": ...}) into those of Pendo Web (Actions).

    Prints the settings as JSON, and on stderr what behaves otherwise and what to see to.
    """
    given, problems = _read(classic_file, classic.SETTINGS)
    cloud, cloud_problems = _read(webhook_file, webhook.SETTINGS) if webhook_file else (None, [])
    if problems or cloud_problems:
        raise click.UsageError("the settings are wrong\n" + "\n".join([*problems, *cloud_problems]))
    migration = migrate(given, cloud)
    _tell(migration.warnings)
    written = json.dumps(migration.settings, indent=2, ensure_ascii=False) + "\n"
    if output:
        output.write_text(written, "utf-8")
    else:
        click.echo(written, nl=False)


def _read(file: Path, fields: Mapping[str, Field]) -> tuple[Any, list[str]]:
    """Read settings, and list everything wrong with them."""
    try:
        document = jzb.parse(file.read_bytes())
    except jzb.JzbError as error:
        return None, [f"{file}: {error}"]
    return document, [f"{file}{problem}" for problem in find_settings_problems(fields, document)]


def _tell(warnings: Iterable[str]) -> None:
    click.echo("What behaves otherwise:", err=True)
    for change in CHANGES:
        click.echo(
            f"  {change.subject}\n    before  {change.before}\n    now     {change.after}\n    known   {change.known}",
            err=True,
        )
    click.echo("What to see to:", err=True)
    for warning in warnings:
        click.echo(f"  {warning}", err=True)
