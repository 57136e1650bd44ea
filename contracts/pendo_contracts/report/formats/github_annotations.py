"""A report as workflow commands of GitHub Actions, which become annotations of a pull request."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import counted, visible
from pendo_contracts.report.formats.rule_sections import SEVERITIES, file_and_line, message_of, subject_of
from pendo_contracts.report.json_report import rule_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_contracts.finding import Severity
    from pendo_contracts.report import Outcome, Report
    from pendo_contracts.report.finding_groups import FindingGroup

# GitHub shows 10 annotations of each level for a step, and drops the others (documented).
LIMIT: Final = 10
LEVELS: Final[Mapping[Severity, str]] = {"error": "error", "warning": "warning", "note": "notice"}

_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def as_document(report: Report, outcome: Outcome) -> str:
    """Write at most LIMIT annotations of each level, and one notice that counts the groups of findings without one."""
    lines, left = [], []
    for severity in SEVERITIES:
        groups = [group for group in report.findings if group.severity == severity]
        shown = LIMIT - 1 if severity == "note" else LIMIT
        lines += [_annotation(group, report) for group in groups[:shown]]
        if len(groups) > shown or report.further.get(severity):
            number = len(groups[shown:]) + report.further.get(severity, 0)
            left.append(counted(number, severity))
    lines += _outcome(report, outcome)
    if left:
        text = f"{', '.join(left)} without an annotation; the step summary and the reports list more"
        lines.append(_command("notice", {"title": "pendo-emulator"}, text))
    return "".join(f"{line}\n" for line in lines)


def _outcome(report: Report, outcome: Outcome) -> Iterator[str]:
    """Yield the outcome if it is not good and no error says why."""
    if outcome.exit_code and not report.errors:
        yield _command("error", {"title": "pendo-emulator"}, f"{outcome.word} {outcome.text}")


def _annotation(group: FindingGroup, report: Report) -> str:
    first = group.first
    file, line = file_and_line(first, report)
    properties = {"file": _from_workspace(file), "line": "" if line is None else str(line), "title": f"{group.rule}"}
    times = f" ({counted(group.count, 'time')})" if group.count > 1 else ""
    text = "\n".join(
        (
            f"{subject_of(first)}{times}: {f'{first.pointer} '.lstrip()}{message_of(first)}",
            f"Fix: {first.fix}",
            f"Rule: {rule_reference(first.contract, first.rule)}",
            f"Seen: {first.where}",
        )
    )
    return _command(LEVELS[group.severity], properties, text)


def _from_workspace(file: str) -> str:
    """Return a path relative to the checked out repository, because GitHub shows an annotation only at such a path."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if not (file and workspace):
        return file
    path = os.path.relpath(file, workspace)
    return file if path.startswith(os.pardir) else path


def _command(level: str, properties: Mapping[str, str], text: str) -> str:
    listed = ",".join(f"{name}={visible(value).translate(_PROPERTY)}" for name, value in properties.items() if value)
    lines = "\n".join(visible(line, 1_000) for line in text.split("\n"))
    return f"::{level} {listed}::{lines.translate(_DATA)}"
