"""`pendo-emulator check`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pendo_contracts.judge import judge_request, judge_stream
from pendo_contracts.recordings.reading import read_recording
from pendo_contracts.report import summarize
from pendo_contracts.rules import RULES
from pendo_emulator.commands._shared.report import allow_empty_option, exit_code, json_option, publish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.recordings.entry import Entry


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--cname", "cnames", multiple=True, metavar="HOST", help="A customer's own host name for Pendo; may be repeated."
)
@click.option("--only", type=click.Choice(["schemas"]), help="Check the schemas only, not the rules.")
@json_option
@allow_empty_option
def command(
    files: tuple[Path, ...], *, cnames: tuple[str, ...], only: str | None, json_file: Path | None, allow_empty: bool
) -> None:
    """Check recorded requests against the contracts. FILES are NDJSON (one request per line) or HAR.

    Exit codes: 0, all contracts kept; 1, a contract broken; 2, wrong usage; 4, nothing was checked.
    """
    unreadable: list[str] = []
    entries = (entry for file in files for entry in read_recording(file, cnames))
    report = summarize(judge_stream(_judge(entries, unreadable), () if only else RULES))
    report = replace(report, unreadable=tuple(unreadable))
    publish(report, json_file)
    sys.exit(exit_code(report, allow_empty=allow_empty))


def _judge(entries: Iterable[Entry], unreadable: list[str]) -> Iterator[JudgedRequest]:
    for entry in entries:
        if entry.envelope is None:
            unreadable.append(f"{entry.where}: {entry.problem}")
        else:
            yield judge_request(entry.envelope, entry.where)
