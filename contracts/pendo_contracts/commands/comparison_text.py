"""Writes the comparison of two recordings as text for a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

from pendo_contracts.common.safe_text import counted, visible
from pendo_contracts.comparison.comparison import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pendo_contracts.comparison.comparison import AnswerChange, Comparison, EventGroup, FieldChange

MAX_VISITORS: Final = 10
MAX_LINES: Final = 12
UNLIMITED: Final = 1_000_000

_SHOWN: Final = 80


def comparison_lines(comparison: Comparison, *, complete: bool = False) -> Iterator[str]:
    """Yield the lines of a comparison, with colours; values of senders are escaped and shortened.

    Without `complete`, only the first visitors and the first lines of each are shown, and the rest is counted.
    """
    visitors, lines = (UNLIMITED, UNLIMITED) if complete else (MAX_VISITORS, MAX_LINES)
    if comparison.facts:
        yield click.style("installation", bold=True)
        for fact in comparison.facts:
            yield f"  {fact.fact}: {_listed(fact.before)} -> {_listed(fact.after)}"
    by_visitor = _by_visitor(comparison)
    for visitor in list(by_visitor)[:visitors]:
        yield click.style(f"visitor {visible(visitor, _SHOWN)}" if visitor else "without a visitor", bold=True)
        yield from _bounded(by_visitor[visitor], lines)
    if len(by_visitor) > visitors:
        yield f"... and {counted(len(by_visitor) - visitors, 'more visitor')}; --all shows them"
    if comparison.answers:
        yield click.style("answers", bold=True)
        yield from _bounded(map(_answer_line, comparison.answers), lines)
    for name, count in comparison.further.items():
        yield f"... and {count:,} more groups of events {name}"
    for note in comparison.notes:
        yield click.style("not compared ", fg="yellow") + visible(note)
    yield conclusion(comparison)


def conclusion(comparison: Comparison) -> str:
    """Return the last line: the numbers of differences."""
    totals = comparison.totals
    if comparison.same:
        return click.style("SAME", fg="green", bold=True) + f" {counted(totals.equal, 'event')} in both"
    events = f"{totals.missing:,} missing, {totals.added:,} added, {totals.changed:,} changed, {totals.equal:,} equal"
    return click.style("DIFFERENT", fg="red", bold=True) + f" {events}"


def _by_visitor(comparison: Comparison) -> Mapping[str, list[str]]:
    lines: dict[str, list[str]] = {}
    for change in comparison.changed:
        lines.setdefault(change.visitor, []).append(_change_line(change))
    for group in comparison.missing:
        lines.setdefault(group.visitor, []).append(_event_line(click.style("- missing", fg="red"), group))
    for group in comparison.added:
        lines.setdefault(group.visitor, []).append(_event_line(click.style("+ added  ", fg="green"), group))
    return lines


def _bounded(lines: Iterable[str], limit: int) -> Iterator[str]:
    listed = list(lines)
    yield from (f"  {line}" for line in listed[:limit])
    if len(listed) > limit:
        yield f"  ... and {len(listed) - limit:,} more; --all shows them"


def _change_line(change: FieldChange) -> str:
    types = ", ".join(f"{count:,} {visible(name, _SHOWN)}" for name, count in change.types.items())
    values = f"{_value(change.before)} -> {_value(change.after)}"
    return f"{click.style('~ changed', fg='yellow')} {visible(change.field, _SHOWN)}: {values}  ({types})"


def _event_line(label: str, group: EventGroup) -> str:
    name = f" {_json(group.name)}" if group.name else ""
    places = visible(", ".join(group.places), _SHOWN * 2)
    return f"{label} {group.count:,} {visible(group.type, _SHOWN)}{name}  ({places})"


def _answer_line(change: AnswerChange) -> str:
    before, after = visible(change.before, _SHOWN), visible(change.after, _SHOWN)
    return f"{visible(change.type, _SHOWN)}: {before} -> {after}  ({change.count:,})"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(visible(value, _SHOWN) for value in values) or "none"


def _value(value: Any) -> str:
    return "absent" if value is ABSENT else _json(value)


def _json(value: Any) -> str:
    return visible(json.dumps(value, ensure_ascii=False), _SHOWN)
