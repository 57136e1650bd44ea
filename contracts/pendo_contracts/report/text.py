"""A report as text for a terminal."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pendo_contracts.report.json_document import by_subject, rule_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding
    from pendo_contracts.report.report import Report, Row

WIDTH: Final = 100
SHOWN: Final = 25


def as_text(report: Report, *, color: bool = False, width: int = WIDTH) -> str:
    """Write a report for a terminal: a table of regions and event types, then each finding with its fix."""
    console = Console(file=StringIO(), force_terminal=color, no_color=not color, width=width, highlight=False)
    if report.rows:
        console.print(_table(report.rows))
    broken = list(by_subject(report.errors))
    for findings in broken[:SHOWN]:
        _print_broken(console, findings)
    if (more := len(broken) - SHOWN) > 0:
        console.print(f"... and {more:,} more; the JSON report lists all of them\n")
    for findings in _by_rule(report.advice):
        _print_advice(console, findings)
    for line in report.unreadable:
        console.print(f"[red]unreadable[/] {escape(line)}")
    for note in report.notes:
        console.print(f"[dim]note: {escape(note)}[/]")
    for fault, requests in report.faults.items():
        console.print(f"[dim]fault: {escape(fault)} hit {requests:,} requests[/]")
    console.print(_summary(report, len(broken)))
    output = console.file
    assert isinstance(output, StringIO)  # noqa: S101 - set in the first line
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


def _print_broken(console: Console, findings: list[Finding]) -> None:
    first = findings[0]
    what = first.subject if first.index is None else f"{first.subject} event (number {first.index})"
    console.print(f"[red]BROKEN[/] {escape(what)} to {first.place} {escape(first.endpoint)}, {first.where}")
    for finding in findings:
        console.print(f"  what   {escape(finding.message)}")
        console.print(f"  where  {escape(finding.pointer) or 'the whole value'}")
        console.print(f"  rule   {escape(rule_reference(finding.contract, finding.rule))}")
        console.print(f"  fix    {escape(finding.fix)}\n")


def _by_rule(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Group findings by rule and API key; one line of the report stands for each group."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.api_key), []).append(finding)
    return list(groups.values())


def _print_advice(console: Console, findings: list[Finding]) -> None:
    first = findings[0]
    more = f" (and {len(findings) - 1:,} more)" if len(findings) > 1 else ""
    console.print(
        f"[yellow]{first.severity}[/] {escape(first.rule)}: {escape(first.message)}{more}: {escape(first.fix)}"
    )


def _summary(report: Report, broken: int) -> str:
    events = sum(row.received for row in report.rows)
    counted = f"{report.requests:,} requests, {events:,} events"
    if report.good:
        return f"[green]KEPT[/] {counted}: every contract kept"
    lost = f", {report.lost:,} events lost" if report.lost else ""
    return f"[red]BROKEN[/] {counted}: {broken:,} broken{lost}"
