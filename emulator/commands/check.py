"""`pendo-emulator check`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.recording import read_recording
from contracts.report import summarize
from contracts.rules import RULES
from emulator.commands.reporting import allow_empty_option, exit_code, json_option, judged, publish
from emulator.exchange import ingest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.judged import Judged
    from contracts.recording import Recorded


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--cname", "cnames", multiple=True, metavar="HOST", help="A customer's host that stands for Pendo's.")
@click.option("--only", type=click.Choice(["schemas"]), help="Judge by the schemas alone, without any other rule.")
@json_option
@allow_empty_option
def command(
    files: tuple[Path, ...], *, cnames: tuple[str, ...], only: str | None, json_file: Path | None, allow_empty: bool
) -> None:
    """Judge recorded requests: NDJSON (one request a line) or HAR files.

    Exit code 0: every contract kept; 1: broken; 2: wrong usage; 4: nothing was checked.
    """
    unreadable: list[str] = []
    entries = (entry for file in files for entry in read_recording(file, cnames))
    report = summarize(_judge(entries, unreadable), rules=() if only else RULES)
    report = replace(report, unreadable=tuple(unreadable))
    publish(report, json_file)
    sys.exit(exit_code(report, allow_empty=allow_empty))


def _judge(entries: Iterable[Recorded], unreadable: list[str]) -> Iterator[Judged]:
    for entry in entries:
        if entry.envelope is None:
            unreadable.append(f"{entry.where}: {entry.problem}")
        else:
            yield judged(entry.where, ingest(entry.envelope))
