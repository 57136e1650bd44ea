"""Removes known findings from a report: those of a baseline, and those that waivers cover."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field
from msgspec.structs import replace

from pendo_contracts.common.safe_text import counted, visible
from pendo_contracts.report.known_findings import KnownFindings, WaivedFindings

if TYPE_CHECKING:
    from datetime import date

    from pendo_contracts.baseline.baseline_file import Baseline
    from pendo_contracts.baseline.waiver_file import Waiver, WaiverFile
    from pendo_contracts.finding import Severity
    from pendo_contracts.report.finding_groups import FindingGroup
    from pendo_contracts.report.report import Report

# A check with a baseline or with waivers keeps more groups than others, because a group that is not kept stays unknown.
MAX_GROUPS: Final = 200_000


class Known(Struct, frozen=True):
    """The baseline and the waivers of a check; None means that there are none.

    A waiver is valid up to and including the day `expires`; `today` is the day in UTC. `complete` is false for a part
    of the traffic or of the rules: it shows neither which waivers are unused nor which entries no longer occur. `used`
    collects the places of the waivers that cover a finding.
    """

    today: date
    baseline: Baseline | None = None
    waivers: WaiverFile | None = None
    complete: bool = True
    used: set[str] = field(default_factory=set)


class _Split(Struct):
    """The groups of a report: those that remain, those of the baseline, and those of each waiver."""

    remaining: list[FindingGroup] = field(default_factory=list)
    hidden: list[FindingGroup] = field(default_factory=list)
    waived: dict[Waiver, list[FindingGroup]] = field(default_factory=dict)
    used: set[Waiver] = field(default_factory=set)


def hide_known(report: Report, known: Known, *, judge_waivers: bool = True) -> Report:
    """Return a report without the known findings, and with their numbers.

    A finding that a waiver covers is not a finding of the baseline. Without `judge_waivers`, the report has no problems
    of waivers: one report of many must not fail for them.
    """
    split = _split(report, known)
    known.used.update(waiver.place for waiver in split.used)
    baseline, waivers = known.baseline, known.waivers
    summary = KnownFindings(
        baseline.file if baseline else "",
        _count(split.hidden),
        _no_longer(baseline, report) if baseline and known.complete else 0,
        waivers.file if waivers else "",
        tuple(_describe(waiver, groups) for waiver, groups in split.waived.items() if groups),
        list_problems(known) if judge_waivers else (),
    )
    return replace(
        report, findings=tuple(split.remaining), known=summary, notes=(*report.notes, *_notes(report, summary))
    )


def without_waived(report: Report, known: Known) -> list[FindingGroup]:
    """Return the findings that belong into a new baseline: those that no valid waiver covers."""
    return _split(report, replace(known, baseline=None)).remaining


def list_problems(known: Known) -> tuple[str, ...]:
    """Return what is wrong with the waivers: wrong members, expired and, if all traffic was checked, unused ones."""
    if known.waivers is None:
        return ()
    problems = list(known.waivers.problems)
    for waiver in known.waivers.waivers:
        named = f"{waiver.place}: the waiver for {visible(waiver.rule)}"
        if waiver.expires < known.today:
            problems.append(
                f"{named} expired on {waiver.expires}: remove the cause and the waiver, or agree on a new date with its"
                f" owner, {visible(waiver.owner)}"
            )
        elif known.complete and waiver.place not in known.used:
            problems.append(f"{named} covers no finding: remove it, or correct its rule or scope")
    return tuple(problems)


def _split(report: Report, known: Known) -> _Split:
    valid = [waiver for waiver in known.waivers.waivers if waiver.expires >= known.today] if known.waivers else []
    split = _Split(waived={waiver: [] for waiver in valid})
    by_rule: dict[str, list[Waiver]] = {}
    for waiver in valid:
        by_rule.setdefault(waiver.rule, []).append(waiver)
    fingerprints = known.baseline.fingerprints if known.baseline else frozenset()
    for group in report.findings:
        covering = [waiver for waiver in by_rule.get(group.rule, ()) if waiver.covers(group.first)]
        split.used.update(covering)
        if covering:
            split.waived[covering[0]].append(group)
        else:
            is_known = bool(fingerprints) and group.first.fingerprint in fingerprints
            (split.hidden if is_known else split.remaining).append(group)
    return split


def _count(groups: list[FindingGroup]) -> dict[Severity, int]:
    counts: Counter[Severity] = Counter()
    for group in groups:
        counts[group.severity] += group.count
    return dict(counts)


def _no_longer(baseline: Baseline, report: Report) -> int:
    return len(baseline.fingerprints - {group.first.fingerprint for group in report.findings})


def _describe(waiver: Waiver, groups: list[FindingGroup]) -> WaivedFindings:
    expires = waiver.expires.isoformat()
    return WaivedFindings(waiver.place, waiver.rule, waiver.scope, waiver.owner, waiver.reason, expires, tuple(groups))


def _notes(report: Report, summary: KnownFindings) -> list[str]:
    notes = []
    if summary.no_longer:
        entries = "entry" if summary.no_longer == 1 else "entries"
        verb = "occurs" if summary.no_longer == 1 else "occur"
        notes.append(
            f"{summary.no_longer:,} {entries} of the baseline {summary.baseline} no longer {verb}: run"
            " --update-baseline"
        )
    if further := sum(report.further.values()):
        notes.append(
            f"{counted(further, 'finding')} too many to list, so neither a baseline nor a waiver can cover them: switch"
            " their rule off, or check smaller recordings"
        )
    return notes
