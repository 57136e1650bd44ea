"""Checks recordings: reads their parts, has them judged, and puts the results together in order."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from pendo_contracts.checking.check import Check
from pendo_contracts.checking.late_examples import add_late_examples, find_in_sources
from pendo_contracts.checking.part_judge import JudgeOptions, judge_steps
from pendo_contracts.checking.sources import read_steps
from pendo_contracts.common.garbage_collection import young_garbage_collected_on_call
from pendo_contracts.common.safe_text import counted
from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.parts import PART_SIZE
from pendo_contracts.recordings.reading import not_a_recording
from pendo_contracts.recordings.source_files import find_source_files
from pendo_contracts.report.finding_groups import MAX_GROUPS
from pendo_contracts.rules.rule_settings import ALL_RULES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from pendo_contracts.checking.part_judge import PartResult, Workers
    from pendo_contracts.checking.sources import Source, Step
    from pendo_contracts.recordings.parts import Part
    from pendo_contracts.report.report import Report
    from pendo_contracts.rules.rule_settings import RuleSettings

MAX_UNREADABLE: Final = 10_000

_JSON_SUFFIX: Final = ".json"


class SourceCounts(Struct):
    """The numbers of a source: judged requests, broken requests and events, unreadable entries."""

    requests: int = 0
    broken: int = 0
    unreadable: int = 0


class CheckObserver:
    """Is informed about the progress of a check; this one ignores it."""

    def judged(self, source: Source, part: Part, requests: int) -> None:
        """Note that the next part of a source was judged."""

    def ended(self, source: Source, counts: SourceCounts) -> None:
        """Note the end of a source."""


SILENT: Final = CheckObserver()


def check_sources(
    sources: Iterable[Source],
    cnames: Collection[str] = (),
    options: JudgeOptions | None = None,
    *,
    workers: Workers | None = None,
    observer: CheckObserver = SILENT,
    part_size: int = PART_SIZE,
    max_groups: int = MAX_GROUPS,
) -> Report:
    """Return the report on sources; it does not depend on `workers` or `part_size`.

    At most `max_groups` groups of findings are kept.

    Raises RecordingError for a required source that cannot be read or that is not a recording.
    """
    options, sources = options or JudgeOptions(), tuple(sources)
    with closing(Check(options.settings, max_groups=max_groups)) as check:
        collector = _Collector(check, observer)
        # Closing the steps ends the workers at once if a result cannot be added.
        with (
            closing(judge_steps(read_steps(sources, cnames, part_size), options, workers)) as steps,
            young_garbage_collected_on_call() as collect,
        ):
            for step, result in steps:
                collector.add(step, result)
                del result
                collect()
        report = collector.report(cnames)
    return add_late_examples(report, partial(find_in_sources, sources, cnames, part_size))


def check_recordings(
    sources: Iterable[Path | str], cnames: Collection[str] = (), settings: RuleSettings = ALL_RULES
) -> Report:
    """Return the report on some recordings; a source is a file, a folder, a pattern, or `-` for standard input.

    `cnames` are a customer's own hosts for Pendo. Raises RecordingError for a file that cannot be opened or that is not
    a recording; files of a folder that are not recordings are listed in the report as unreadable, except JSON files,
    which are counted in a note: recorders write the bodies of a HAR into such files.
    """
    return check_sources(find_source_files(sources).files, cnames, JudgeOptions(settings))


class _Collector:
    """Adds the results to a check, and decides at the end of each source whether it was a recording."""

    def __init__(self, check: Check, observer: CheckObserver) -> None:
        self._check, self._observer = check, observer
        self._unreadable = _Lines()
        self._foreign: tuple[str, str] | None = None
        self._skipped = 0
        self._start_source()

    def add(self, step: Step, result: PartResult | None) -> None:
        """Add the next step."""
        if step.part is None or result is None:
            self._end_source(step)
            return
        batch, counts = result.batch, self._counts
        counts.requests += batch.tally.requests
        counts.broken += batch.tally.broken
        counts.unreadable += len(batch.unreadable)
        self._requests += result.requests
        self._foreign = self._foreign or result.foreign
        self._damaged |= result.damaged
        self._lines.add(batch.unreadable)
        batch.unreadable = []
        self._check.add(batch)
        self._observer.judged(step.source, step.part, batch.tally.requests)

    def report(self, cnames: Collection[str]) -> Report:
        """Return the report."""
        lines = self._unreadable
        report = self._check.report(cnames=cnames)
        notes = report.notes
        if self._skipped:
            notes = (
                *notes,
                f"{counted(self._skipped, 'JSON file')} of folders skipped: not in the form of a recording",
            )
        return replace(report, notes=notes, unreadable=tuple(lines.kept), further_unreadable=lines.further)

    def _start_source(self) -> None:
        self._counts, self._lines, self._requests = SourceCounts(), _Lines(), 0
        self._foreign, self._damaged = None, False

    def _end_source(self, step: Step) -> None:
        problem = step.error
        if not problem and self._foreign and not self._requests:
            problem = not_a_recording(*self._foreign)
            # One line says enough about a file without any request.
            self._lines, self._counts.unreadable = _Lines(), 0
            if self._is_other_json(step.source):
                problem, self._skipped = "", self._skipped + 1
        if problem:
            if step.source.required:
                raise RecordingError(problem)
            self._lines.add([problem if step.source.name in problem else f"{step.source.name}: {problem}"])
            self._counts.unreadable += 1
        self._unreadable.add(self._lines.kept)
        self._unreadable.further += self._lines.further
        self._observer.ended(step.source, self._counts)
        self._start_source()

    def _is_other_json(self, source: Source) -> bool:
        return not (source.required or self._damaged) and source.name.lower().endswith(_JSON_SUFFIX)


class _Lines:
    """The first MAX_UNREADABLE lines, and the number of further lines."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.further = 0

    def add(self, lines: list[str]) -> None:
        """Add lines."""
        taken = lines[: MAX_UNREADABLE - len(self.kept)]
        self.kept += taken
        self.further += len(lines) - len(taken)
