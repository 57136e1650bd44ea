"""Late examples: the events of findings of rules that compare requests, which are read again after the check."""

from __future__ import annotations

from bisect import bisect_left
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec.structs import replace

from pendo_contracts.checking.examples import describe
from pendo_contracts.finding import RULES_CONTRACT
from pendo_contracts.judge import judge_entry
from pendo_contracts.recordings.entry import RecordingError
from pendo_contracts.recordings.parts import Lines
from pendo_contracts.report.finding_groups import MAX_EXAMPLES
from pendo_contracts.report.json_report import position_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from pendo_contracts.checking.sources import Source
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.recordings.parts import Part
    from pendo_contracts.report.finding_groups import FindingGroup
    from pendo_contracts.report.report import Report

MAX_LATE_EXAMPLES: Final = 1_000

Key: TypeAlias = tuple[str, tuple[str, ...]]
FindRequests: TypeAlias = "Callable[[Collection[str]], Iterator[JudgedRequest]]"
"""Returns the requests at some places (`where`), in any order; it may leave some out."""


def add_late_examples(
    report: Report, find: FindRequests, known: dict[Key, str] | None = None, limit: int = MAX_LATE_EXAMPLES
) -> Report:
    """Return a report with an example for the first `limit` groups of comparing rules.

    `known` keeps the examples for the next report on the same recording; those that it no longer needs are removed.
    """
    missing = [group for group in report.findings if not group.example and group.first.contract == RULES_CONTRACT]
    if not missing:
        return report
    known = {} if known is None else known
    firsts = {_key(group): group.first for group in missing[:limit]}
    for key in known.keys() - firsts.keys():
        del known[key]
    places: dict[str, list[Key]] = {}
    for key in firsts.keys() - known.keys():
        places.setdefault(key[0], []).append(key)
    for request in find(places) if places else ():
        for key in places.get(request.where, ()):
            known[key] = describe(request, firsts[key])
    return replace(report, findings=tuple(_with_examples(report.findings, known)))


def _key(group: FindingGroup) -> Key:
    return group.first.where, group.first.identity


def _with_examples(groups: tuple[FindingGroup, ...], known: Mapping[Key, str]) -> Iterator[FindingGroup]:
    left = MAX_EXAMPLES - sum(len(group.example) for group in groups)
    for group in groups:
        example = "" if group.example else known.get(_key(group), "")
        if example and len(example) <= left:
            left -= len(example)
            yield replace(group, example=example)
        else:
            yield group


def find_in_sources(
    sources: Iterable[Source], cnames: Collection[str], part_size: int, places: Collection[str]
) -> Iterator[JudgedRequest]:
    """Read the requests at some places again; sources without a size, such as standard input, cannot be read again."""
    remaining = set(places)
    lines: dict[str, list[int]] = {}
    for position in map(position_of, places):
        lines.setdefault(position.get("file", ""), []).append(position.get("line", 0))
    for numbers in lines.values():
        numbers.sort()
    for source in sources:
        if not (remaining and source.size and source.name in lines):
            continue
        # A recording that was deleted after the check has no examples.
        with suppress(OSError, RecordingError):
            for part in source.parts(cnames, part_size):
                for request in _find_in_part(part, remaining, lines):
                    remaining.discard(request.where)
                    yield request
                if not remaining:
                    return


def _find_in_part(part: Part, places: Collection[str], lines: Mapping[str, list[int]]) -> Iterator[JudgedRequest]:
    if isinstance(part, Lines):
        numbers = lines.get(part.name, [])
        next_number = bisect_left(numbers, part.first)
        end = part.first + part.data.count(b"\n")
        if next_number == len(numbers) or numbers[next_number] > end:
            return
    for entry in part.entries():
        if entry.where in places and (request := judge_entry(entry)) is not None:
            yield request
