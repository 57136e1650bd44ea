"""A report as JUnit XML."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from pendo_contracts.common.safe_text import counted, visible
from pendo_contracts.report.formats.rule_sections import file_and_line, message_of, subject_of
from pendo_contracts.report.json_report import rule_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.report import Outcome, Report, Row
    from pendo_contracts.report.finding_groups import FindingGroup

SUITE: Final = "pendo-emulator"
MAX_EXAMPLE: Final = 2_048
MAX_UNREADABLE: Final = 100


def as_document(report: Report, outcome: Outcome) -> str:
    """Write a report as JUnit XML; a test case fails if and only if the exit code is not 0.

    Each region and event type without a problem is a passed case. Each group of errors is a failed case, each group of
    warnings and notes a passed case with output. Entries that were not judged are skipped cases. The outcome is a case
    of its own if no finding explains the exit code.
    """
    fails = bool(outcome.exit_code)
    cases = [
        *_rows(report),
        *(_finding(group, report, fails=fails) for group in report.findings),
        *_further(report),
    ]
    cases += _skipped(report)
    if not any(case.find("failure") is not None for case in cases) or outcome.owner == "command":
        cases.append(_outcome(outcome))
    suite = ET.Element("testsuite", name=SUITE)
    suite.extend(cases)
    root = ET.Element("testsuites", name=SUITE)
    root.append(suite)
    for element in (suite, root):
        element.set("tests", str(len(cases)))
        for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            element.set(name, str(sum(case.find(tag) is not None for case in cases)))
        element.set("time", "0")
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _case(classname: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=visible(classname), name=visible(name), time="0")


def _rows(report: Report) -> Iterator[ET.Element]:
    """Yield a case for each row without broken events, because findings are the cases of broken events."""
    for row in report.rows:
        if row.lost:
            case = _case(f"events.{row.place}", f"{row.type} (lost)")
            _add(case, "failure", _lost(row), "lost")
            yield case
        elif not row.broken:
            yield _case(f"events.{row.place}", row.type)


def _lost(row: Row) -> str:
    return f"{counted(row.lost, 'event')} of {row.sent or 0:,} sent and not received"


def _finding(group: FindingGroup, report: Report, *, fails: bool) -> ET.Element:
    first = group.first
    case = _case(f"rules.{group.rule}", f"{subject_of(first)} {first.pointer} [{group.fingerprint}]")
    file, line = file_and_line(first, report)
    if file:
        case.set("file", visible(file))
    if line is not None:
        case.set("line", str(line))
    if fails and group.severity == "error":
        _add(case, "failure", message_of(first), group.rule, _details(group))
    else:
        ET.SubElement(case, "system-out").text = f"{group.severity}: {message_of(first)}\n{_details(group)}"
    return case


def _details(group: FindingGroup) -> str:
    first = group.first
    lines = [
        f"where: {visible(first.pointer) or 'the whole value'}",
        f"rule: {rule_reference(first.contract, first.rule)}",
        f"fix: {visible(first.fix)}",
        f"seen: {counted(group.count, 'time')}: {', '.join(_places(group.findings))}",
    ]
    return "\n".join([*lines, f"example: {visible(group.example, MAX_EXAMPLE)}"] if group.example else lines)


def _places(findings: tuple[Finding, ...]) -> Iterator[str]:
    for finding in findings:
        yield visible(finding.where) + ("" if finding.index is None else f" event {finding.index}")


def _further(report: Report) -> Iterator[ET.Element]:
    for severity, count in report.further.items():
        case = _case("rules", f"further findings: {severity}")
        message = f"{count:,} findings too many to list"
        if severity == "error":
            _add(case, "failure", message, severity)
        else:
            ET.SubElement(case, "system-out").text = message
        yield case


def _skipped(report: Report) -> Iterator[ET.Element]:
    for line in islice(report.unreadable, MAX_UNREADABLE):
        where, _, problem = line.partition(": ")
        yield _skip(f"unreadable {where}", problem)
    if (more := report.unreadable_count - MAX_UNREADABLE) > 0:
        yield _skip("unreadable, not listed", f"{more:,} more unreadable entries")
    for label, counts in (("not received", report.not_received), ("not judged", report.not_judged)):
        for reason, count in counts.items():
            yield _skip(f"{label}: {reason}", counted(count, "request"))


def _skip(name: str, message: str) -> ET.Element:
    case = _case("not judged", name)
    _add(case, "skipped", message)
    return case


def _outcome(outcome: Outcome) -> ET.Element:
    """Return a case for the outcome, which is an error if the exit code is not 0 and no finding says why."""
    case = _case("outcome", "exit code")
    if outcome.exit_code:
        _add(case, "error", f"{outcome.word} {outcome.text}", outcome.word)
    else:
        ET.SubElement(case, "system-out").text = visible(f"{outcome.word} {outcome.text}")
    return case


def _add(case: ET.Element, tag: str, message: str, kind: str = "", text: str = "") -> None:
    element = ET.SubElement(case, tag, message=visible(message))
    if kind:
        element.set("type", visible(kind))
    element.text = text or None
