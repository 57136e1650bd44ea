"""`pendo-destination send`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from pendo_contracts.commands.option_types import INSTANT, NewFile
from pendo_contracts.wire.region import REGIONS
from pendo_destination.commands._shared.setting_text import API_KEY, HOST
from pendo_destination.commands._shared.target_options import target_options
from pendo_destination.commands._shared.through_option import through_option
from pendo_destination.transport.target import ALL_REGIONS

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("send")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@through_option
@click.option(
    "--region",
    "regions",
    multiple=True,
    type=click.Choice([*REGIONS, ALL_REGIONS]),
    help="The Pendo region to send to. May be repeated. With several targets, the region's name is added to the "
    "API key (KEY-eu), because an API key belongs to one region.",
)
@click.option(
    "--cname",
    "cnames",
    multiple=True,
    type=HOST,
    metavar="HOST",
    help="Also send through this CNAME content host. May be repeated.",
)
@click.option("--api-key", type=API_KEY, metavar="KEY", help="The Pendo API key, if the settings do not contain it.")
@click.option("--settings", "settings_file", type=_FILE, help="A JSON file with the settings of the destinations.")
@click.option(
    "--validation",
    type=click.Choice(["documented", "browser"]),
    default="documented",
    show_default=True,
    help="Reject events that lack a field that the documentation requires (documented), or check nothing, like "
    "Segment's browser runtime (browser).",
)
@click.option("--ledger", "ledger_file", type=NewFile(), help="Write the number of sent events to this file.")
@click.option("--rejects", "rejects_file", type=NewFile(), help="Write the rejected events to this file.")
@click.option("--dry-run", is_flag=True, help="Process the events without sending any request.")
@click.option(
    "--report",
    is_flag=True,
    help="Report to the emulator's console which subscriptions matched each event, and which calls the agent got.",
)
@click.option(
    "--clock",
    "start",
    metavar="TIME",
    type=INSTANT,
    help="The time of events without a timestamp, such as 2026-01-02T03:04:05Z.  [default: now]",
)
@click.option("--seed", type=int, help="Seed of the agents' random ids, for repeatable runs.  [default: none]")
@target_options
def command(files: tuple[Path, ...], **options: Any) -> None:
    """Send Segment events through Pendo destinations.

    FILES contain events: one JSON object per line (NDJSON), a JSON array, or JSON objects one after another.
    They may be compressed with gzip or in UTF-16; `-` is standard input.

    Exit codes: 0: all sent; 1: some events were rejected or not delivered; 2: wrong usage; 3: a host did not answer.
    """
    if options["report"]:
        _check_report(**options)
    from pendo_destination.commands._shared.send_events import send_events  # noqa: PLC0415 - 200 ms that --help saves

    sys.exit(send_events(files, **options))


def _check_report(*, names: tuple[str, ...], emulator: str | None, dry_run: bool, **_: Any) -> None:
    if not emulator or dry_run:
        raise click.UsageError("--report needs --emulator without --dry-run: it explains what reaches the emulator")
    if "actions" not in names:
        raise click.UsageError("--report needs --through actions: the other destinations have no subscriptions")
