"""A report as text for a terminal."""

from __future__ import annotations

from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Console
from rich.markup import escape as escape_markup
from rich.table import Table

from pendo_contracts._shared.display import visible
from pendo_contracts.explanation import shorten
from pendo_contracts.report.json_document import rule_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendo_contracts.finding import Finding
    from pendo_contracts.report.report import Report, Row

WIDTH: Final = 100
SHOWN: Final = 25
MAX_ROWS: Final = 200
PLACES: Final = 3
SHOWN_URL: Final = 80


def as_text(report: Report, *, color: bool = False, width: int = WIDTH, conclusion: str = "") -> str:
    """Write a report for a terminal: a table of regions and event types, then each finding with its fix.

    Equal findings are one entry with a count. `conclusion` replaces the last line.
    """
    console = Console(file=StringIO(), force_terminal=color, no_color=not color, width=width, highlight=False)
    if report.rows:
        console.print(_table(report.rows))
    _print_groups(console, report.errors, _print_broken)
    _print_groups(console, report.advice, _print_advice)
    _print_list(console, "[red]unreadable[/]", report.unreadable)
    _print_counts(console, "[yellow]not received[/]", report.not_received)
    _print_counts(console, "[yellow]not judged[/]", report.not_judged)
    _print_counts(console, "[dim]not judged[/]", report.uncovered)
    _print_list(console, "[dim]note[/]", report.notes)
    _print_counts(console, "[dim]fault[/]", report.faults)
    console.print(conclusion or _summary(report))
    output = console.file
    assert isinstance(output, StringIO)  # noqa: S101 - set in the first line
    return output.getvalue()


def escape(text: str) -> str:
    """Make text from a sender safe to print: no markup, no control characters, one line."""
    return escape_markup(visible(text))


def _table(rows: tuple[Row, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
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


def _print_groups(
    console: Console, findings: tuple[Finding, ...], write: Callable[[Console, list[Finding]], None]
) -> None:
    """Write one entry for each group of findings with the same identity."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((*finding.identity, finding.api_key if finding.severity != "error" else ""), []).append(
            finding
        )
    for group in islice(groups.values(), SHOWN):
        write(console, group)
    _print_rest(console, len(groups) - SHOWN)


def _print_broken(console: Console, findings: list[Finding]) -> None:
    first = findings[0]
    what = first.subject if first.index is None else f"{first.subject} event"
    console.print(f"[red]BROKEN[/] {escape(what)} to {escape(first.place)} {escape(first.endpoint)}")
    console.print(f"  what   {escape(first.message)}")
    console.print(f"  where  {escape(first.pointer) or 'the whole value'}")
    console.print(f"  rule   {escape(rule_reference(first.contract, first.rule))}")
    console.print(f"  fix    {escape(first.fix)}")
    console.print(f"  seen   {escape(_places(findings))}\n")


def _print_advice(console: Console, findings: list[Finding]) -> None:
    first = findings[0]
    console.print(f"[yellow]{first.severity}[/] {escape(first.rule)}: {escape(first.message)}; {escape(first.fix)}")
    console.print(f"  seen   {escape(_places(findings))}")


def _places(findings: list[Finding]) -> str:
    """Name the first places of equal findings, each with its event's name, visitor and page."""
    places = [_place(finding) for finding in findings[:PLACES]]
    more = len(findings) - len(places)
    times = "once" if len(findings) == 1 else f"{len(findings):,} times"
    return f"{times}: {'; '.join(places)}{f'; and {more:,} more' if more else ''}"


def _place(finding: Finding) -> str:
    position = "" if finding.index is None else f" event {finding.index}"
    visitor = f"visitor {shorten(finding.visitor_id)}" if finding.visitor_id else ""
    name = shorten(finding.name) if finding.name else ""
    details = ", ".join(filter(None, (name, visitor, finding.page[:SHOWN_URL])))
    return f"{finding.where}{position}{f' ({details})' if details else ''}"


def _print_list(console: Console, label: str, lines: tuple[str, ...]) -> None:
    for line in lines[:SHOWN]:
        console.print(f"{label} {escape(line)}")
    _print_rest(console, len(lines) - SHOWN)


def _print_counts(console: Console, label: str, counts: Mapping[str, int]) -> None:
    for reason, count in islice(counts.items(), SHOWN):
        console.print(f"{label} {count:,} {plural(count, 'request')}: {escape(reason)}")
    _print_rest(console, len(counts) - SHOWN)


def _print_rest(console: Console, more: int) -> None:
    if more > 0:
        console.print(f"... and {more:,} more; the JSON report lists all of them\n")


def plural(count: int, noun: str) -> str:
    """Return a noun in singular or plural."""
    return noun if count == 1 else f"{noun}s"


def _summary(report: Report) -> str:
    events = sum(row.received for row in report.rows)
    counted = f"{report.requests:,} {plural(report.requests, 'request')}, {events:,} {plural(events, 'event')}"
    if report.good and report.requests:
        return f"[green]KEPT[/] {counted}: every contract kept"
    if report.good:
        return "[yellow]NOTHING JUDGED[/] no request was received and judged"
    broken = len({(finding.where, finding.index) for finding in report.errors})
    lost = f"{report.lost:,} {plural(report.lost, 'event')} lost" if report.lost else ""
    faults = ", ".join(filter(None, (f"{broken:,} broken" if broken else "", lost)))
    return f"[red]{'BROKEN' if broken else 'LOST'}[/] {counted}: {faults}"
