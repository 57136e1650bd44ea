"""What a recording shows: its findings and its causes, in a form that two recordings can be compared by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.checking.part_judge import JudgeOptions
from pendo_contracts.checking.recording_check import check_sources
from pendo_contracts.recordings.source_files import find_source_files
from pendo_contracts.report.public_words import public_names
from pendo_contracts.rules.rule_settings import ALL_RULES
from pendo_emulator.inspection.inspect_recording import inspect_recording

if TYPE_CHECKING:
    from pathlib import Path

    from pendo_contracts.report.report import Report
    from pendo_contracts.rules.rule_settings import RuleSettings
    from pendo_emulator.inspection.inspection import Cause, Inspection

MAX_DIFFERENCES: Final = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a check and of an inspection, without any value of a sender.

    `findings` counts by severity, rule, place in the recording, endpoint and type of event; `causes` and `possible` are
    the causes with their certainty and the places of their evidence; `numbers` are the totals.
    """

    findings: tuple[tuple[str, int], ...]
    causes: tuple[str, ...]
    possible: tuple[str, ...]
    numbers: tuple[tuple[str, int], ...]

    @property
    def cause(self) -> str:
        """The name of the root cause."""
        return self.causes[0].partition(" ")[0]

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {
            "findings": dict(self.findings),
            "causes": list(self.causes),
            "possible": list(self.possible),
            "numbers": dict(self.numbers),
        }


def verdict_from_json(value: Any) -> Verdict:
    """Read a verdict; raise ValueError for a value of another form."""
    try:
        findings, numbers = value["findings"], value["numbers"]
        causes, possible = value["causes"], value["possible"]
    except (TypeError, KeyError) as error:
        raise ValueError("the expected findings have another form") from error
    counts = (
        [*findings.values(), *numbers.values()] if isinstance(findings, dict) and isinstance(numbers, dict) else [None]
    )
    texts = [*causes, *possible] if isinstance(causes, list) and isinstance(possible, list) else [None]
    if not causes or any(type(count) is not int for count in counts) or any(type(text) is not str for text in texts):
        raise ValueError("the expected findings have another form")
    return Verdict(tuple(findings.items()), tuple(causes), tuple(possible), tuple(numbers.items()))


def judge_recording(file: Path, settings: RuleSettings = ALL_RULES) -> tuple[Verdict, Inspection]:
    """Return the verdict on a recording, and its inspection; raise RecordingError if it is not a recording."""
    report = check_sources(find_source_files([file]).files, (), JudgeOptions(settings))
    inspection = inspect_recording(file, "recording")
    return _verdict(report, inspection), inspection


def differences(before: Verdict, after: Verdict) -> list[str]:
    """Return what differs between two verdicts, in words; [] if nothing does."""
    found = []
    for kind, one, two in (("finding", before.findings, after.findings), ("number", before.numbers, after.numbers)):
        first, second = dict(one), dict(two)
        found += [
            f"{kind} {name}: {first.get(name, 0)} before, {second.get(name, 0)} after"
            for name in dict.fromkeys((*first, *second))
            if first.get(name, 0) != second.get(name, 0)
        ]
    for kind, names, others in (
        ("cause", before.causes, after.causes),
        ("possible cause", before.possible, after.possible),
    ):
        if names != others:
            found.append(f"{kind}: {'; '.join(names) or 'none'} before, {'; '.join(others) or 'none'} after")
    return found


def _verdict(report: Report, inspection: Inspection) -> Verdict:
    findings = Counter[str]()
    for group in report.findings:
        findings[f"{group.severity} {group.rule} count"] += group.count
        for finding in group.findings:
            what = [name if name in public_names() else "other" for name in (finding.endpoint, finding.subject)]
            findings[" ".join((finding.severity, finding.rule_name, _number(finding.where), *what))] += 1
    requests = inspection.facts.requests.to_json()
    numbers = {
        "requests": report.requests,
        "broken": report.broken,
        "unreadable": report.unreadable_count,
        "not received": sum(report.not_received.values()),
        "not judged": sum(report.not_judged.values()),
        "uncovered": sum(report.uncovered.values()),
        "further": sum(report.further.values()),
        **{f"inspected {name}": count for name, count in requests.items()},
        "visitors": len(inspection.facts.visitors),
        "accounts": len(inspection.facts.accounts),
        "entries": inspection.facts.entries,
    }
    for row in report.rows:
        name = f"events {row.type if row.type in public_names() else 'other'}"
        numbers[name] = numbers.get(name, 0) + row.received
    return Verdict(
        tuple(sorted(findings.items())),
        tuple(map(_cause, inspection.causes)),
        tuple(sorted(map(_cause, inspection.possible))),
        tuple(numbers.items()),
    )


def _cause(cause: Cause) -> str:
    """Return a cause with its certainty, its rules, and the places of its evidence."""
    places = dict.fromkeys(filter(None, (_number(shown.entry) for shown in cause.evidence)))
    shown = f" at {', '.join(places)}" if places else ""
    further = f" and {cause.further_evidence} more" if cause.further_evidence else ""
    return f"{cause.slug} ({cause.certainty}){shown}{further}"


def _number(where: str) -> str:
    """Return the number of an entry without the name of its recording."""
    return where[max(where.rfind("#"), where.rfind(":")) + 1 :] if where else ""
