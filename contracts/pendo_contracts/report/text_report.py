"""A report as text for a terminal."""

from __future__ import annotations

from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD, Box
from rich.console import Console
from rich.markup import escape as escape_markup
from rich.table import Table

from pendo_contracts.common.safe_text import plural, visible
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.report.json_report import rule_reference
from pendo_contracts.report.outcome import conclude

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pendo_contracts.finding import Finding
    from pendo_contracts.report.finding_groups import FindingGroup
    from pendo_contracts.report.outcome import Outcome
    from pendo_contracts.report.report import Report, Row

SHOWN: Final = 25
MAX_ROWS: Final = 200
PLACES: Final = 3
SHOWN_URL: Final = 80

_UNLIMITED: Final = 1_000_000
# For encodings without box-drawing characters.
_ASCII_HEAD: Final = Box(str(SIMPLE_HEAD).replace("─", "-"), ascii=True)
_COLORS: Final = {"KEPT": "green", **dict.fromkeys(("BROKEN", "LOST", "WAIVERS", "STRICT", "FAILED", "KILLED"), "red")}


def as_text(
    report: Report,
    *,
    color: bool = False,
    width: int | None = None,
    outcome: Outcome | None = None,
    encoding: str = "utf-8",
) -> str:
    """Write a report as text: a table of regions and event types, then each finding with its fix, then the outcome.

    Equal findings are one entry with a count. Lines wrap at `width`; without `width` they never wrap. Characters that
    `encoding` lacks are replaced. The default `outcome` is the one of a check without options.
    """
    console = _open_console(color=color, width=width)
    boxes = SIMPLE_HEAD if _can_encode(str(SIMPLE_HEAD), encoding) else _ASCII_HEAD
    if report.rows:
        console.print(_table(report.rows, boxes))
    _print_errors(console, report.errors)
    _print_advice(console, report.advice)
    _print_further(console, report.further)
    _print_list(console, "[red]unreadable[/]", report.unreadable, report.further_unreadable)
    _print_counts(console, "[yellow]not received[/]", report.not_received)
    _print_counts(console, "[yellow]not judged[/]", report.not_judged)
    _print_counts(console, "[dim]not judged[/]", report.uncovered)
    _print_known(console, report)
    _print_list(console, "[dim]note[/]", report.notes)
    _print_counts(console, "[dim]fault[/]", report.faults)
    console.print(_conclusion(outcome or conclude(report)))
    return _printed(console, encoding)


def _open_console(*, color: bool, width: int | None) -> Console:
    """Return a console that keeps its output in memory."""
    return Console(
        file=StringIO(),
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        width=width or _UNLIMITED,
        highlight=False,
        emoji=False,
    )


def _printed(console: Console, encoding: str) -> str:
    output = console.file
    assert isinstance(output, StringIO)  # noqa: S101 - _open_console sets it
    return encodable(output.getvalue(), encoding)


def as_document(report: Report, outcome: Outcome) -> str:
    """Write a report as the text of a file: without colours, and lines do not wrap."""
    return as_text(report, outcome=outcome)


def last_line(outcome: Outcome, *, color: bool = False, encoding: str = "utf-8") -> str:
    """Return the last line of a report: its outcome."""
    console = _open_console(color=color, width=None)
    console.print(_conclusion(outcome))
    return _printed(console, encoding)


def headline(report: Report) -> str:
    """Return one line that says what is wrong: the first error of a report, or its outcome."""
    outcome = conclude(report)
    if not report.errors:
        return f"{outcome.word} {outcome.text}"
    group, more = report.errors[0], report.broken + report.rule_errors - 1
    others = f" (and {more:,} more)" if more else ""
    problem = f"{group.first.pointer} {group.first.message}".strip()
    return visible(f"BROKEN {_describe([group.first])}{others}: {problem}")


def encodable(text: str, encoding: str) -> str:
    """Replace the characters of a text that an encoding lacks: `…` by `...`, others by an escape."""
    if _can_encode(text, encoding):
        return text
    return text.replace("…", "...").encode(encoding, "backslashreplace").decode(encoding)


def _can_encode(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeError:
        return False
    return True


def escape(text: str) -> str:
    """Make text from a sender safe to print: no markup, no control characters, one line."""
    return escape_markup(visible(text))


def _table(rows: tuple[Row, ...], boxes: Box) -> Table:
    table = Table(box=boxes, pad_edge=False)
    for title in ("region", "event"):
        table.add_column(title)
    for title in ("sent", "received", "kept", "broken"):
        table.add_column(title, justify="right")
    last = ""
    for row in rows[:MAX_ROWS]:
        if last and row.place != last:
            table.add_section()
        table.add_row("" if row.place == last else escape(row.place), escape(row.type), *_numbers(row))
        last = row.place
    if len(rows) > MAX_ROWS:
        table.add_section()
        table.add_row("...", f"{len(rows) - MAX_ROWS:,} more rows in the JSON report", *[""] * 4)
    return table


def _numbers(row: Row) -> tuple[str, ...]:
    sent = "-" if row.sent is None else str(row.sent)
    received = f"[red]{row.received}[/]" if row.lost else str(row.received)
    return sent, received, str(row.kept), f"[red]{row.broken}[/]" if row.broken else "-"


def _print_errors(console: Console, groups: tuple[FindingGroup, ...]) -> None:
    """Write one entry for all errors with the same rule, pointer and event type."""
    entries: dict[tuple[str, ...], list[FindingGroup]] = {}
    for group in groups:
        first = group.first
        entries.setdefault((first.rule_name, first.pointer, first.subject, first.host), []).append(group)
    for entry in islice(entries.values(), SHOWN):
        _print_broken(console, *_joined(entry))
    _print_rest(console, len(entries) - SHOWN)


def _print_advice(console: Console, groups: tuple[FindingGroup, ...]) -> None:
    """Write one entry for each rule, the warnings first."""
    entries: dict[tuple[bool, str], list[FindingGroup]] = {}
    for group in groups:
        entries.setdefault((group.severity == "note", group.first.rule_name), []).append(group)
    for key in islice(sorted(entries, key=lambda key: key[0]), SHOWN):
        _print_rule(console, *_joined(entries[key]))
    _print_rest(console, len(entries) - SHOWN)


def _joined(groups: list[FindingGroup]) -> tuple[list[Finding], int]:
    """Return the findings of some groups, and how many there were."""
    return [finding for group in groups for finding in group.findings], sum(group.count for group in groups)


def _print_broken(console: Console, findings: list[Finding], count: int) -> None:
    first = findings[0]
    console.print(f"[red]BROKEN[/] {escape(_describe(findings))}")
    console.print(f"  what   {escape(first.message)}")
    console.print(f"  where  {escape(first.pointer) or 'the whole value'}")
    console.print(f"  rule   {escape(rule_reference(first.contract, first.rule))}")
    console.print(f"  fix    {escape(first.fix)}")
    console.print(f"  seen   {escape(_places(findings, count))}\n")


def _describe(findings: Sequence[Finding]) -> str:
    """Return the request or event of equal findings, and where it was sent."""
    first = findings[0]
    what = first.subject if first.index is None else f"{first.subject} event"
    names = {finding.name for finding in findings}
    name = f" {shorten(first.name)}" if first.name and len(names) == 1 else ""
    targets = list(dict.fromkeys(f"{finding.place} {finding.endpoint}" for finding in findings))
    more = f" and {len(targets) - PLACES:,} more" if len(targets) > PLACES else ""
    return f"{what}{name} to {', '.join(targets[:PLACES])}{more}"


def _print_rule(console: Console, findings: list[Finding], count: int) -> None:
    first, others = findings[0], len({finding.message for finding in findings}) - 1
    more = f" (and {others:,} more like it)" if others else ""
    rule = rule_reference(first.contract, first.rule)
    console.print(f"[yellow]{first.severity}[/] {escape(rule)}: {escape(first.message)}{more}; {escape(first.fix)}")
    console.print(f"  seen   {escape(_places(findings, count))}")


def _places(findings: list[Finding], count: int) -> str:
    """Return the first places of equal findings, each with its event's name, visitor and page."""
    places = [_place(finding) for finding in findings[:PLACES]]
    more = count - len(places)
    times = "once" if count == 1 else f"{count:,} times"
    return f"{times}: {'; '.join(places)}{f'; and {more:,} more' if more else ''}"


def _place(finding: Finding) -> str:
    position = "" if finding.index is None else f" event {finding.index}"
    visitor = f"visitor {shorten(finding.visitor_id)}" if finding.visitor_id else ""
    name = shorten(finding.name) if finding.name else ""
    details = ", ".join(filter(None, (name, visitor, finding.page[:SHOWN_URL])))
    return f"{finding.where}{position}{f' ({details})' if details else ''}"


def _print_list(console: Console, label: str, lines: tuple[str, ...], further: int = 0) -> None:
    for line in lines[:SHOWN]:
        console.print(f"{label} {escape(line)}")
    _print_rest(console, len(lines) + further - SHOWN)


def _print_counts(console: Console, label: str, counts: Mapping[str, int]) -> None:
    for reason, count in islice(counts.items(), SHOWN):
        console.print(f"{label} {count:,} {plural(count, 'request')}: {escape(reason)}")
    _print_rest(console, len(counts) - SHOWN)


def _print_known(console: Console, report: Report) -> None:
    if report.known:
        _print_list(console, "[red]waivers[/]", report.known.problems)
        _print_list(console, "[dim]known[/]", tuple(report.known.lines()))


def _print_further(console: Console, further: Mapping[str, int]) -> None:
    for severity, count in further.items():
        console.print(f"... and {count:,} more findings with severity {severity}, too many to list")


def _print_rest(console: Console, more: int) -> None:
    if more > 0:
        console.print(f"... and {more:,} more; the JSON report lists all of them\n")


def _conclusion(outcome: Outcome) -> str:
    return f"[{_COLORS.get(outcome.word, 'yellow')}]{outcome.word}[/] {escape(outcome.text)}"
