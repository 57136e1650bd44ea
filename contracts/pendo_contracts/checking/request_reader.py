"""Reads and judges the requests of recordings one by one, for commands that collect facts instead of findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.checking.sources import read_steps
from pendo_contracts.judge import judge_entry
from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.reading import not_a_recording
from pendo_contracts.recordings.source_files import find_source_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.recordings.parts import Part


class RequestReader:
    """Reads requests, and counts the requests and the unreadable entries."""

    def __init__(self) -> None:
        self.requests = self.unreadable = 0

    def read(self, recordings: Iterable[Path | str]) -> Iterator[JudgedRequest]:
        """Yield the judged requests of recordings: files, folders, patterns, or `-` for standard input.

        Raises RecordingError for a recording that does not exist, cannot be read or has no request. A file of a folder
        that is not a recording is counted as one unreadable entry.
        """
        entries, foreign = 0, ""
        for step in read_steps(find_source_files(recordings).files, ()):
            if step.part is not None:
                for foreign_entry, request in self._read(step.part):
                    entries += not foreign_entry
                    foreign = foreign or foreign_entry
                    if request is not None:
                        yield request
                continue
            problem = step.error or (foreign if not entries else "")
            if problem and step.source.required:
                raise RecordingError(problem)
            self.unreadable += bool(step.error)
            entries, foreign = 0, ""

    def _read(self, part: Part) -> Iterator[tuple[str, JudgedRequest | None]]:
        """Yield for each entry the reason why it has not the form of a request, or "", and the judged request."""
        for entry in part.entries():
            request = judge_entry(entry)
            if request is None:
                self.unreadable += 1
            else:
                self.requests += 1
            yield not_a_recording(entry.where, entry.problem) if entry.foreign else "", request
