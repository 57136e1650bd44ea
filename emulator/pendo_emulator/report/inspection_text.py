"""An inspection as text for a terminal: the most likely cause first, then the other candidates, then the story."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import click

from pendo_contracts.common.safe_text import visible
from pendo_emulator.inspection.inspection import HEALTHY
from pendo_emulator.report.cause_pages import has_page
from pendo_emulator.report.wording import (
    CERTAINTIES,
    evidence_count,
    fact_rows,
    profile_fields,
    profile_title,
    since,
    summary,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pendo_emulator.inspection.inspection import Cause, Evidence, Inspection, Step

# What is printed without `complete`; the rest is counted.
MAX_EVIDENCE: Final = 3
MAX_OTHERS: Final = 3
MAX_STEPS: Final = 10
MAX_PROFILES: Final = 4
MAX_FIELDS: Final = 6
WIDTH: Final = 100

_TEXT: Final = 2_000
_VALUE: Final = 160
_INDENT: Final = "  "
_FIX: Final = "What to do:"
_OUTCOMES: Final = {"ok": "green", "refused": "red", "blocked": "red", "failed": "red"}
# Steps that are the same in most recordings: a short story leaves them out if nothing went wrong in them.
_USUAL: Final = frozenset({"events", "guides", "note"})


def inspection_lines(inspection: Inspection, *, complete: bool = False, width: int = WIDTH) -> Iterator[str]:
    """Yield the lines of an inspection, with colours; lines are wrapped at `width`.

    Values of senders are escaped. Without `complete` the lists are short, and the rest is counted.
    """
    yield click.style(visible(inspection.name, _VALUE), bold=True)
    yield from _filled(summary(inspection), width)
    yield ""
    yield from _first_cause(inspection, complete=complete, width=width)
    yield from _others(inspection, complete=complete, width=width)
    if complete:
        yield from _facts(inspection, width)
    yield from _profiles(inspection, complete=complete, width=width)
    yield from _story(inspection, complete=complete, width=width)
    yield from _unreadable(inspection.unreadable, complete=complete)


def _first_cause(inspection: Inspection, *, complete: bool, width: int) -> Iterator[str]:
    cause = inspection.causes[0]
    color = "green" if cause.slug == HEALTHY else "red"
    yield _heading("Result" if cause.slug == HEALTHY else "Most likely cause")
    yield from _filled(cause.sentence, width, fg=color, bold=True)
    yield from _filled(f"{_FIX} {cause.fix}", width)
    yield from _evidence(inspection, cause, MAX_EVIDENCE if not complete else len(cause.evidence), width)
    yield from _footer(cause, width)
    yield ""


def _others(inspection: Inspection, *, complete: bool, width: int) -> Iterator[str]:
    others = [*inspection.causes[1:], *inspection.possible]
    if not others:
        return
    limit = len(others) if complete else MAX_OTHERS
    yield _heading("Also")
    for number, cause in enumerate(others[:limit], 2):
        yield from _filled(f"{number}. {cause.sentence}", width, fg="yellow")
        yield from _filled(CERTAINTIES[cause.certainty], width, indent=_INDENT * 2)
        yield from _filled(f"{_FIX} {cause.fix}", width, indent=_INDENT * 2)
        yield from _evidence(inspection, cause, len(cause.evidence) if complete else 1, width, indent=_INDENT * 2)
        yield from _footer(cause, width, indent=_INDENT * 2)
    yield from _rest(len(others) - limit, "candidate", complete=complete)
    yield ""


def _footer(cause: Cause, width: int, indent: str = _INDENT) -> Iterator[str]:
    if cause.refuted_by:
        yield from _filled(f"It is something else if you see: {cause.refuted_by}", width, indent=indent)
    command = "causes" if has_page(cause.slug) else "rules"
    rules = f" (rules: {', '.join(cause.rules)})" if cause.rules else ""
    yield from _filled(f"More: pendo-emulator {command} show {cause.slug}{rules}", width, indent=indent, dim=True)


def _evidence(inspection: Inspection, cause: Cause, limit: int, width: int, indent: str = _INDENT) -> Iterator[str]:
    shown = cause.evidence[:limit]
    if shown:
        yield f"{indent}Evidence"
    for evidence in shown:
        yield from _filled(_describe(evidence, inspection.facts.started), width, indent=f"{indent}- ", dim=True)
    if shown:
        yield from _rest(
            evidence_count(cause) - len(shown),
            "piece of evidence",
            "pieces of evidence",
            indent,
            complete=limit >= len(cause.evidence),
        )


def _describe(evidence: Evidence, started: int) -> str:
    place = ", ".join(filter(None, (evidence.entry, since(evidence.time, started))))
    # The text often contains a status or a reason already.
    told = [(name, value) for name, value in evidence.values.items() if value and value not in evidence.text]
    values = "; ".join(f"{name} {visible(value, _VALUE)}" for name, value in told)
    return f"{evidence.text}{f' [{values}]' if values else ''}{f' ({place})' if place else ''}"


def _facts(inspection: Inspection, width: int) -> Iterator[str]:
    yield _heading("Facts")
    for label, text in fact_rows(inspection.facts):
        yield from _filled(f"{label}: {text}", width)
    yield ""


def _profiles(inspection: Inspection, *, complete: bool, width: int) -> Iterator[str]:
    profiles = inspection.facts.profiles
    if not profiles:
        return
    limit = len(profiles) if complete else MAX_PROFILES
    yield _heading("What Pendo shows at the end")
    for profile in profiles[:limit]:
        fields = profile_fields(profile)
        shown = fields if complete else fields[:MAX_FIELDS]
        further = len(fields) - len(shown) + profile.further_fields
        text = ", ".join(f"{name} = {value}" for name, value in shown) or "no field"
        more = f" and {further:,} more" if further else ""
        yield from _filled(f"{profile_title(profile)}: {text}{more}", width)
    yield from _rest(len(profiles) - limit, "profile", complete=complete)
    yield ""


def _story(inspection: Inspection, *, complete: bool, width: int) -> Iterator[str]:
    steps = inspection.story if complete else _important(inspection.story)
    if not steps:
        return
    yield _heading("Story")
    for step in steps:
        yield from _step(step, inspection.facts.started, width)
    yield from _rest(len(inspection.story) - len(steps) + inspection.further_steps, "step", complete=complete)
    yield ""


def _important(story: Sequence[Step]) -> list[Step]:
    """Return the first steps that are not usual, and the first of each usual kind; a text is there only once."""
    seen: set[str] = set()
    kept = []
    for step in story:
        if step.text not in seen and (
            step.kind not in _USUAL or step.kind not in seen or step.outcome not in {"", "ok"}
        ):
            kept.append(step)
        seen |= {step.kind, step.text}
    return kept[:MAX_STEPS]


def _step(step: Step, started: int, width: int) -> Iterator[str]:
    time = f"{since(step.time, started):>8}"
    color = _OUTCOMES.get(step.outcome) if step.outcome != "ok" else None
    outcome = f" ({step.outcome})" if color else ""
    yield from _filled(f"{step.text}{outcome}", width, indent=f"{_INDENT}{time}  ", fg=color)


def _unreadable(reasons: Sequence[str], *, complete: bool) -> Iterator[str]:
    limit = len(reasons) if complete else 1
    for reason in reasons[:limit]:
        yield click.style("unreadable ", fg="yellow") + visible(reason)
    yield from _rest(len(reasons) - limit, "unreadable entry", "unreadable entries", "", complete=complete)


def _rest(count: int, noun: str, nouns: str = "", indent: str = _INDENT, *, complete: bool = False) -> Iterator[str]:
    if count > 0:
        what = f"{count:,} more {noun if count == 1 else nouns or f'{noun}s'}"
        hint = "" if complete else "; --all shows them"
        yield click.style(f"{indent}... and {what}{hint}", dim=True)


def _heading(text: str) -> str:
    return click.style(text.upper(), bold=True)


def _filled(text: str, width: int, indent: str = _INDENT, **style: Any) -> Iterator[str]:
    """Yield the lines of a paragraph; all lines but the first are indented like its text."""
    lines: Iterable[str] = wrap(
        visible(text, _TEXT), max(20, width - len(indent)), break_on_hyphens=False, break_long_words=False
    )
    below = " " * len(indent)
    for number, line in enumerate(lines):
        if not style and not number and line.startswith(_FIX):
            line = click.style(_FIX, bold=True) + line.removeprefix(_FIX)  # noqa: PLW2901 - the same line, with style
        yield (below if number else indent) + (click.style(line, **style) if style else line)


def verdict_lines(inspection: Inspection, width: int = WIDTH) -> Iterator[str]:
    """Yield the name of a recording, its first cause, and what to do."""
    cause = inspection.causes[0]
    yield click.style(visible(inspection.name, _VALUE), bold=True)
    yield from _filled(cause.sentence, width, fg="green" if cause.slug == HEALTHY else "red")
    if cause.slug != HEALTHY:
        yield from _filled(f"{_FIX} {cause.fix}", width)
