"""`pendo-emulator check`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pendo_contracts.judge import judge_entry, judge_stream
from pendo_contracts.recordings import RecordingError, read_recording
from pendo_contracts.report import summarize
from pendo_contracts.rules import RULES
from pendo_emulator.commands._shared.report import (
    allow_empty_option,
    exit_code,
    json_option,
    publish,
    strict_option,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.recordings.entry import Entry


@click.command("check")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option(
    "--cname", "cnames", multiple=True, metavar="HOST", help="A customer's own host name for Pendo; may be repeated."
)
@click.option("--only", type=click.Choice(["schemas"]), help="Check the schemas only, not the rules.")
@strict_option
@json_option
@allow_empty_option
def command(
    files: tuple[Path, ...],
    *,
    cnames: tuple[str, ...],
    only: str | None,
    strict: bool,
    json_file: Path | None,
    allow_empty: bool,
) -> None:
    """Check recorded requests against the contracts.

    FILES are HAR files, captures (NDJSON, one request on a line) or stores of the emulator, plain or compressed; `-`
    is standard input.

    Exit codes: 0, all contracts kept; 1, a contract broken; 2, wrong usage or not a recording; 4, nothing was checked.
    """
    unreadable: list[str] = []
    try:
        entries = (entry for file in files for entry in read_recording(file, cnames))
        report = summarize(judge_stream(_judge(entries, unreadable), () if only else RULES))
    except (OSError, RecordingError) as error:
        raise click.UsageError(str(error)) from error
    report = replace(report, unreadable=tuple(unreadable))
    publish(report, json_file)
    sys.exit(exit_code(report, allow_empty=allow_empty, strict=strict))


def _judge(entries: Iterable[Entry], unreadable: list[str]) -> Iterator[JudgedRequest]:
    for entry in entries:
        if (request := judge_entry(entry)) is None:
            unreadable.append(f"{entry.where}: {entry.problem}")
        else:
            yield request
