"""The common options of check and exec."""

from __future__ import annotations

from pathlib import Path

import click

json_option = click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Also write the report as JSON to this file; `-` writes JSON to stdout and the text to stderr.",
)
allow_empty_option = click.option(
    "--allow-empty", is_flag=True, help="Exit with 0 instead of 4 if nothing was checked."
)
strict_option = click.option(
    "--strict",
    is_flag=True,
    help="Also fail for warnings, and for requests that were unreadable, not received or not judged.",
)
