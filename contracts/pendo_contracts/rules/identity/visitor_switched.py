"""Finds a page in which one known visitor follows another one without a logout: rule visitor-switched."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.request_facts import Site, site_of
from pendo_contracts.rules.rule_base import Description, StreamRule
from pendo_contracts.wire.visitor_ids import is_anonymous

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts
    from pendo_contracts.rules.spilling_table import SpillingTable


class _Run(msgspec.Struct, gc=False):
    """A visitor from position `first` to position `last` of a page; both ends are places where the visitor was seen.

    An event's position is 2 x sequence + 1; the visitor before an identify event is at 2 x sequence.
    """

    first: int
    last: int
    visitor: str
    site: Site | None


class VisitorSwitched(StreamRule):
    """Finds a page in which one known visitor follows another one without a logout."""

    reads = "events"
    description = Description(
        name="visitor-switched",
        severity="warning",
        section="identity",
        summary="within one page, one known visitor becomes another known visitor, with no anonymous visitor between"
        " them",
        symptom="In Pendo, events of one user appear in the history of another user.",
        reason="A user logged out and another one logged in without a reset: the events between them belong to the"
        " wrong visitor.",
        fix="call analytics.reset() or pendo.clearSession() at logout",
        source="documented: Pendo's advice to clear the session when a visitor logs out",
    )

    def start(self) -> None:
        """Create the state."""
        self._pages: SpillingTable[list[_Run]] = self.table()

    def observe(self, facts: Facts) -> Iterable[Finding]:
        """Remember where in its page each visitor was seen."""
        for seen in facts.runs:
            if not seen.visitor:
                continue
            key = (facts.api_key, seen.frame)
            first, last = 2 * seen.first + 1, 2 * seen.last + 1
            runs = self._pages.get(key)
            if runs is None:
                runs = self._pages.add(key, [_Run(first, last, seen.visitor, None)])
            elif (end := runs[-1]).visitor == seen.visitor and first > end.last:
                end.last = last
            else:
                site = site_of(facts, facts.events[seen.event])
                for position in range(first, last + 1, 2):
                    _add(runs, position, seen.visitor, site)
            if seen.old_visitor:
                _add(runs, first - 1, seen.old_visitor, site_of(facts, facts.events[seen.event]))
        return ()

    def finish(self) -> Iterator[Finding]:
        """Yield a finding for each change from one known visitor to another; the order is that of `sequence`."""
        for runs in self._pages.values():
            for before, after in pairwise(runs):
                known = not is_anonymous(before.visitor) and not is_anonymous(after.visitor)
                site = after.site or before.site
                if known and before.visitor != after.visitor and site:
                    message = f"visitor {shorten(before.visitor)} becomes {shorten(after.visitor)} within one page"
                    yield self.finding_at(site, message, "/visitor_id", "page")


def _add(runs: list[_Run], position: int, visitor: str, site: Site) -> None:
    """Add a visitor at a position; runs stay sorted, and a run is split if another visitor was seen within it."""
    last = runs[-1]
    if position > last.last:
        if visitor == last.visitor:
            last.last = position
        else:
            runs.append(_Run(position, position, visitor, site))
        return
    place = bisect_left(runs, position, key=lambda run: run.last)
    run = runs[place]
    if visitor == run.visitor:
        run.first = min(run.first, position)
    elif position < run.first:
        if place and runs[place - 1].visitor == visitor:
            runs[place - 1].last = position
        else:
            runs.insert(place, _Run(position, position, visitor, site))
    else:
        runs[place : place + 1] = [
            _Run(run.first, min(run.first, position), run.visitor, run.site),
            _Run(position, position, visitor, site),
            _Run(max(run.last, position), run.last, run.visitor, site),
        ]
