"""`pendo-destination explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pendo_destination.commands._shared.setting_text import API_KEY

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("explain")
@click.argument("event_file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--settings", "settings_file", type=_FILE, help="A JSON file with the settings of the destination.")
@click.option(
    "--api-key",
    type=API_KEY,
    default="API-KEY",
    show_default=True,
    help="The Pendo API key, if the settings have none.",
)
@click.option(
    "--classic",
    "with_classic",
    is_flag=True,
    help="Also show the results of the classic destination and of the webhook (its cloud mode), and how the calls "
    "of the classic destination differ from those of Pendo Web (Actions).",
)
@click.option(
    "--code",
    "with_code",
    is_flag=True,
    help="Also show the Python function that each subscription's trigger and mapping are compiled to.",
)
def command(event_file: Path, **options: Any) -> None:
    """Show step by step how one Segment event is processed.

    EVENT_FILE contains the event as JSON (`-` is standard input); it is treated as the first event on its page. The
    output lists which subscriptions match and why the others do not, each mapping and its payload, the calls of the
    agent, and the requests. Nothing is sent.
    """
    from pendo_destination.commands._shared.explain_event import explain_event  # noqa: PLC0415 - 200 ms that --help saves

    explain_event(event_file, **options)
