"""Inspects a recording: finds the cause of a support case in a HAR, a capture, a store or the parts of any of them."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.reading import not_a_recording, read_parts
from pendo_emulator.inspection.causes.find_causes import find_causes
from pendo_emulator.inspection.evidence.case_facts import read_facts
from pendo_emulator.inspection.evidence.case_file import CaseFile
from pendo_emulator.inspection.inspection import Inspection
from pendo_emulator.inspection.reading.har_entries import InspectionHarReader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pendo_contracts.recordings.parts import Part


class TooManyEntriesError(RecordingError):
    """A recording with more entries than the caller allows."""


def inspect_recording(source: Path | str, name: str = "", *, limit: int | None = None) -> Inspection:
    """Return the inspection of a recording; `-` is standard input, and `name` replaces the file's name.

    Raises OSError if the file cannot be opened, RecordingError if it is not a recording, and TooManyEntriesError if it
    has more than `limit` entries; None means no limit.
    """
    reader = InspectionHarReader()
    return inspect_parts(read_parts(source, (), name, har=reader), name or str(source), reader, limit=limit)


def inspect_parts(
    parts: Iterable[Part], name: str, reader: InspectionHarReader | None = None, *, limit: int | None = None
) -> Inspection:
    """Return the inspection of the parts of a recording, such as those of a running emulator; `limit` as above."""
    case = CaseFile()
    foreign, entries, total = ("", ""), 0, 0
    with closing(case):
        for part in parts:
            for entry in part.entries():
                total += 1
                if limit is not None and total > limit:
                    raise TooManyEntriesError(f"more than {limit:,} entries")
                entries += not entry.foreign
                if entry.foreign and not foreign[1]:
                    foreign = entry.where, entry.problem
                case.add(entry)
        if foreign[1] and not entries:
            raise RecordingError(not_a_recording(*foreign))
        case.finish()
        causes, possible = find_causes(case)
        facts = read_facts(case, reader.recorder if reader else "")
        steps = case.story.steps()
        return Inspection(name, causes, possible, facts, steps, case.story.further, tuple(case.unreadable))
