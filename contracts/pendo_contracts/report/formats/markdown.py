"""A report as Markdown, also for the step summary of GitHub Actions."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import counted, visible
from pendo_contracts.report.formats.rule_sections import message_of, remaining, rule_sections, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.report import Outcome, Report, Row
    from pendo_contracts.report.finding_groups import FindingGroup
    from pendo_contracts.report.formats.rule_sections import RuleSection

# GitHub rejects a larger summary of a step (documented).
SUMMARY_BYTES: Final = 1024 * 1024
MAX_ROWS: Final = 200
MAX_LINES: Final = 50
PLACES: Final = 3

_REST: Final = 1_000
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~&@$]|:(?=//)|(?<=www)\.|^[-+=])")


def as_document(report: Report, outcome: Outcome) -> str:
    """Write a report as Markdown."""
    return "".join(_blocks(report, outcome))


def as_summary(report: Report, outcome: Outcome, size: int = SUMMARY_BYTES) -> str:
    """Write a report as Markdown of at most `size` bytes, and count the findings that do not fit; "" if none fits."""
    text, left, dropped = "", size - _REST, 0
    for block in _blocks(report, outcome):
        needed = len(block.encode())
        if dropped or needed > left:
            dropped += block.startswith("- ")
        else:
            text, left = text + block, left - needed
    if dropped:
        text += f"\n{counted(dropped, 'more group')} of findings: too many for this page.\n"
    return text if size >= _REST else ""


def _blocks(report: Report, outcome: Outcome) -> Iterator[str]:
    """Yield the parts of the page; each group of findings is one part that begins with `- `."""
    sign = "✅" if outcome.exit_code == 0 else "❌"
    yield f"## {sign} {escape(outcome.word)}\n\n{escape(outcome.text)}\n"
    if report.rows:
        yield _table(report.rows)
    for section in rule_sections(report):
        yield _heading(section)
        yield from map(_group, section.groups)
    if lines := remaining(report):
        if len(lines) > MAX_LINES:
            lines[MAX_LINES:] = [f"and {len(lines) - MAX_LINES:,} more"]
        yield "\n### Also\n\n" + "".join(f"* {escape(line)}\n" for line in lines)


def _table(rows: tuple[Row, ...]) -> str:
    lines = ["", "| region | event | sent | received | kept | broken |", "|---|---|--:|--:|--:|--:|"]
    for row in rows[:MAX_ROWS]:
        sent = "" if row.sent is None else row.sent
        lines.append(
            f"| {escape(row.place)} | {escape(row.type)} | {sent} | {row.received} | {row.kept} | {row.broken} |"
        )
    if len(rows) > MAX_ROWS:
        lines.append(f"| and {len(rows) - MAX_ROWS:,} more | | | | | |")
    return "\n".join((*lines, ""))


def _heading(section: RuleSection) -> str:
    texts = [f"\n### {section.severity}: {escape(section.name)}\n", f"{escape(section.summary)}"]
    texts += [f"**{heading}:** {escape(text, 2_000)}" for heading, text in section.help if heading]
    texts.append(f"Rule: {_code(section.reference)}")
    return "\n\n".join(texts) + "\n\n"


def _group(group: FindingGroup) -> str:
    first = group.first
    pointer = f"{_code(first.pointer)} " if first.pointer else ""
    lines = [
        f"- {escape(subject_of(first))}: {pointer}{escape(message_of(first), 1_000)}",
        f"  Fix: {escape(first.fix)}",
        f"  Seen {counted(group.count, 'time')}: {', '.join(_places(group))}",
    ]
    text = "  \n".join(lines) + "\n"
    if group.example:
        shown = visible(json.dumps(json.loads(group.example), ensure_ascii=False), len(group.example) + 1)
        text += f"\n  {_fence(shown)}json\n  {shown}\n  {_fence(shown)}\n"
    return text


def _places(group: FindingGroup) -> Iterator[str]:
    for finding in islice(group.findings, PLACES):
        yield _code(finding.where + ("" if finding.index is None else f" event {finding.index}"))
    if (more := group.count - min(PLACES, len(group.findings))) > 0:
        yield f"and {more:,} more"


def escape(text: str, limit: int = 300) -> str:
    """Escape a text so that Markdown and HTML show it as it is."""
    return _SPECIAL.sub(r"\\\1", visible(text, limit))


def _code(text: str) -> str:
    """Return a text as a code span, whose fence is longer than every run of backticks in it."""
    shown = visible(text).replace("|", "¦")
    fence = "`" * (_longest_run(shown) + 1)
    space = " " if "`" in shown or not shown.strip() else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _fence(text: str) -> str:
    return "`" * max(3, _longest_run(text) + 1)


def _longest_run(text: str) -> int:
    runs: Iterable[str] = re.findall("`+", text)
    return max(map(len, runs), default=0)
