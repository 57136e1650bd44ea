"""Checks recordings: reads, judges and summarizes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pendo_contracts.judge import judge_entry, judge_stream
from pendo_contracts.recordings import read_recording
from pendo_contracts.report.report import summarize
from pendo_contracts.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.recordings.entry import Entry
    from pendo_contracts.report.report import Report
    from pendo_contracts.rules import Rule


def check_recordings(
    sources: Iterable[Path | str], cnames: Collection[str] = (), rules: Iterable[type[Rule]] = RULES
) -> Report:
    """Return the report on some recordings; `-` is standard input.

    `cnames` are a customer's own hosts for Pendo. Raises OSError for a file that cannot be opened, and RecordingError
    for one that is not a recording.
    """
    unreadable: list[str] = []
    entries = (entry for source in sources for entry in read_recording(source, cnames))
    report = summarize(judge_stream(_judge(entries, unreadable), rules), cnames=cnames)
    return replace(report, unreadable=tuple(unreadable))


def _judge(entries: Iterable[Entry], unreadable: list[str]) -> Iterator[JudgedRequest]:
    for entry in entries:
        if (request := judge_entry(entry)) is None:
            unreadable.append(f"{entry.where}: {entry.problem}")
        else:
            yield request
