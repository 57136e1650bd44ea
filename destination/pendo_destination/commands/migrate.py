"""`pendo-destination migrate`."""

from __future__ import annotations

from pathlib import Path

import click

from pendo_contracts.commands.option_types import NewFile

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("migrate")
@click.argument("classic_file", type=_FILE)
@click.option(
    "--webhook",
    "webhook_file",
    type=_FILE,
    help="A JSON file with the settings of the source's webhook, if the source has a webhook.",
)
@click.option(
    "-o",
    "--output",
    type=NewFile("omit the option to write to stdout"),
    help="Write the new settings to this file instead of stdout.",
)
def command(classic_file: Path, *, webhook_file: Path | None, output: Path | None) -> None:
    """Convert the settings of the classic destination into settings of Pendo Web (Actions).

    CLASSIC_FILE contains the settings of the classic destination as JSON: {"apiKey": ...}. The new settings are printed
    on stdout. The changes, and the checks to make before you switch, are printed on stderr.
    """
    # This import takes 100 ms, which --help does not need.
    from pendo_destination.commands._shared.migrate_settings import migrate_settings  # noqa: PLC0415

    migrate_settings(classic_file, webhook_file=webhook_file, output=output)
