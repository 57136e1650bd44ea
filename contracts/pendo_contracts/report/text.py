"""A report as text for a terminal."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pendo_contracts.report.document import rule_reference

if TYPE_CHECKING:
    from pendo_contracts.report.report import Finding, Report, Row

WIDTH: Final = 100
SHOWN: Final = 25


def as_text(report: Report, *, color: bool = False, width: int = WIDTH) -> str:
    """Write a report: a table of places and event types, then what each broken event broke and how to mend it."""
    console = Console(file=StringIO(), force_terminal=color, no_color=not color, width=width, highlight=False)
    if report.rows:
        console.print(_table(report.rows))
    for finding in report.findings[:SHOWN]:
        _print_finding(console, finding)
    if (more := len(report.findings) - SHOWN) > 0:
        console.print(f"... and {more} more; the JSON report has them all\n")
    for line in report.unreadable:
        console.print(f"[red]unreadable[/] {escape(line)}")
    for note in report.notes:
        console.print(f"[dim]note: {escape(note)}[/]")
    for fault, requests in report.faults.items():
        console.print(f"[dim]fault: {escape(fault)} struck {requests:,} requests[/]")
    console.print(_summary(report))
    output = console.file
    assert isinstance(output, StringIO)  # noqa: S101 - the line above made it
    return output.getvalue()


def _table(rows: tuple[Row, ...]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("region", "event"):
        table.add_column(title)
    for title in ("sent", "received", "kept", "broken"):
        table.add_column(title, justify="right")
    last = ""
    for row in rows:
        if last and row.place != last:
            table.add_section()
        table.add_row("" if row.place == last else row.place, row.type, *_numbers(row))
        last = row.place
    return table


def _numbers(row: Row) -> tuple[str, ...]:
    sent = "-" if row.sent is None else str(row.sent)
    received = f"[red]{row.received}[/]" if row.lost else str(row.received)
    return sent, received, str(row.kept), f"[red]{row.broken}[/]" if row.broken else "-"


def _print_finding(console: Console, finding: Finding) -> None:
    verdict = finding.verdict
    what = verdict.subject if verdict.index is None else f"{verdict.subject} event (number {verdict.index})"
    console.print(f"[red]BROKEN[/] {escape(what)} to {finding.place} {escape(finding.endpoint)}, {finding.where}")
    for violation in verdict.violations:
        console.print(f"  what   {escape(violation.message)}")
        console.print(f"  where  {escape(violation.pointer) or 'the whole value'}")
        console.print(f"  rule   {escape(rule_reference(violation.contract, violation.rule))}")
        console.print(f"  fix    {escape(violation.fix)}\n")


def _summary(report: Report) -> str:
    events = sum(row.received for row in report.rows)
    counted = f"{report.requests:,} requests, {events:,} events"
    if report.good:
        return f"[green]KEPT[/] {counted}: every contract kept"
    lost = f", {report.lost:,} events lost" if report.lost else ""
    return f"[red]BROKEN[/] {counted}: {len(report.findings):,} broken{lost}"
