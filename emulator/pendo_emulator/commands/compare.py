"""`pendo-emulator compare`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pendo_contracts.commands.json_file import json_option
from pendo_emulator.commands._shared.authority_options import cname_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("compare")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="FIELD",
    help="A field of events, at any depth, that differs in each run, such as an order number. May be repeated.",
)
@cname_option
@click.option("--token", default="", help="The token of the emulator's control API, if it requires one.")
@click.option("--all", "complete", is_flag=True, help="Print all differences instead of the first ones.")
@json_option
def command(
    before: str,
    after: str,
    *,
    ignored: tuple[str, ...],
    cnames: tuple[str, ...],
    token: str,
    complete: bool,
    json_file: Path | None,
) -> None:
    """Show which events are missing, added and changed between two recordings.

    A and B are a HAR file, a capture, a store, `-` for standard input, or a running emulator with an API key:
    http://127.0.0.1:8080#KEY. The order of requests and events, generated ids, times and repeated deliveries make no
    difference.

    Exit codes: 0, same; 1, different; 2, wrong usage or not a recording; 3, the emulator does not answer; 5, the result
    cannot be written.
    """
    from pendo_emulator.commands._inspection.run_compare import run_compare  # noqa: PLC0415 - 100 ms that --help saves

    sys.exit(
        run_compare(before, after, ignored=ignored, cnames=cnames, token=token, complete=complete, json_file=json_file)
    )
