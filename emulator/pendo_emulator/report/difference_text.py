"""What differs between a good and a bad recording, as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from pendo_contracts.commands.comparison_text import comparison_lines, conclusion
from pendo_contracts.common.safe_text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.comparison.comparison import Comparison
    from pendo_emulator.report.recording_difference import RecordingDifference

MAX_FACTS: Final = 8

_SHOWN: Final = 160
_SENTENCE: Final = 2_000


def difference_lines(difference: RecordingDifference, *, complete: bool = False) -> Iterator[str]:
    """Yield the lines of a difference, with colours; values of senders are escaped."""
    good, bad = visible(difference.good, _SHOWN), visible(difference.bad, _SHOWN)
    yield click.style(f"DIFFERENCES from {good} to {bad}", bold=True)
    for cause in difference.causes:
        yield f"  {click.style('only in the second:', fg='red')} {visible(cause.sentence, _SENTENCE)}"
    for cause in difference.gone:
        yield f"  {click.style('only in the first:', fg='green')} {visible(cause.sentence, _SENTENCE)}"
    limit = len(difference.facts) if complete else MAX_FACTS
    for fact in difference.facts[:limit]:
        yield f"  {visible(fact.name, _SHOWN)}: {visible(fact.good, _SHOWN)} -> {visible(fact.bad, _SHOWN)}"
    if len(difference.facts) > limit:
        yield f"  ... and {len(difference.facts) - limit:,} more; --all shows them"
    yield click.style("EVENTS", bold=True)
    events = difference.events
    if complete or events.same or is_alike(events):
        yield from (f"  {line}" for line in comparison_lines(events, complete=complete))
    else:
        yield f"  {conclusion(events)}"
        yield "  The recordings show different sessions; --all lists their events."


def is_alike(events: Comparison) -> bool:
    """Return whether at least half of the events are in both recordings, so that the differences say something."""
    totals = events.totals
    return totals.equal + totals.changed >= totals.missing + totals.added
