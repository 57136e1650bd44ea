"""The summary of an API key, or of all keys, of a running emulator."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import click

from pendo_contracts.commands.console import echo_json, use_color
from pendo_contracts.common.safe_text import counted, visible
from pendo_emulator.commands._live.emulator_client import EmulatorClient
from pendo_emulator.commands._live.event_line import event_line
from pendo_emulator.commands._live.follow import last_events, timeline_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_emulator.commands._shared.emulator_options import RunningEmulator

MAX_KEYS: Final = 20
MAX_FINDINGS: Final = 5
MAX_ROWS: Final = 30

_SEVERITIES: Final = {"error": "red", "warning": "yellow", "note": "cyan"}


def print_summary(emulator: RunningEmulator, api_key: str | None, query: str, last: int, *, as_json: bool) -> None:
    """Print the summary as text or as JSON; raise a click error if the emulator does not answer."""
    summary = _read(EmulatorClient(emulator), api_key, query, last)
    if as_json:  # a terminal could act on control characters above U+007F
        echo_json(json.dumps(summary, indent=2, ensure_ascii=sys.stdout.isatty()))
        return
    color = use_color(sys.stdout)
    for line in _lines(summary, color=color):
        click.echo(line, color=color)


def _read(client: EmulatorClient, api_key: str | None, query: str, last: int) -> dict[str, Any]:
    keys = Counter(client.get("keys"))
    shown = [api_key] if api_key is not None else [key for key, _ in keys.most_common(MAX_KEYS)]
    counts = [row | {"key": key} for key in shown for row in client.get(f"keys/{quote(key, safe='')}/counts")]
    findings = client.get("findings" if api_key is None else f"keys/{quote(api_key, safe='')}/findings")
    events, _ = last_events(client, timeline_path(api_key), query, last)
    return {
        "key": api_key,
        "requests": keys.total() if api_key is None else keys[api_key],
        "keys": dict(keys.most_common(MAX_KEYS)) if api_key is None else {},
        "further_keys": max(0, len(keys) - MAX_KEYS) if api_key is None else 0,
        "counts": counts,
        "findings": sorted(findings["findings"], key=lambda one: -one["count"])[:MAX_FINDINGS],
        "further_findings": max(0, len(findings["findings"]) - MAX_FINDINGS),
        "events": events,
    }


def _lines(summary: Mapping[str, Any], *, color: bool) -> Iterator[str]:
    key = summary["key"]
    title = "all API keys" if key is None else f"API key {visible(key)}"
    yield f"{title}: {counted(summary['requests'], 'request')}"
    for name, count in summary["keys"].items():
        yield f"  {visible(name)}: {counted(count, 'request')}"
    if summary["further_keys"]:
        yield f"  and {counted(summary['further_keys'], 'further key')}"
    yield from _count_lines(summary["counts"], color=color)
    yield from _finding_lines(summary, color=color)
    if summary["events"]:
        yield "last events:"
        yield from (f"  {event_line(event, color=color, with_key=key is None)}" for event in summary["events"])


def _count_lines(counts: list[Mapping[str, Any]], *, color: bool) -> Iterator[str]:
    totals: Counter[tuple[str, str]] = Counter()
    broken: Counter[tuple[str, str]] = Counter()
    for row in counts:
        place = visible(row["region"], MAX_ROWS), visible(row["type"], MAX_ROWS)
        totals[place] += row["received"]
        broken[place] += row["broken"]
    if totals:
        yield "events by region and type:"
    for (region, kind), total in totals.most_common(MAX_ROWS):
        bad = broken[region, kind]
        style = click.style(f"{bad:,} broken", fg="red") if color and bad else f"{bad:,} broken"
        yield f"  {region.ljust(9)} {kind.ljust(16)} {total:>9,}  {total - bad:,} kept, {style}"
    if len(totals) > MAX_ROWS:
        yield f"  and {len(totals) - MAX_ROWS:,} more"


def _finding_lines(summary: Mapping[str, Any], *, color: bool) -> Iterator[str]:
    if summary["findings"]:
        yield "most frequent findings:"
    for one in summary["findings"]:
        severity = visible(one["severity"])
        shown = click.style(severity, fg=_SEVERITIES.get(severity)) if color else severity
        yield f"  {one['count']:>6,} x {shown} {visible(one['rule'])}: {visible(one['what'], 160)}"
    if summary["further_findings"]:
        yield f"  and {counted(summary['further_findings'], 'further finding')}"
