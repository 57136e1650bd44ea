"""Finds pages with events that never arrived: rule events-missing."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from pendo_contracts.rules.delivery.event_number_intervals import add_all, gaps
from pendo_contracts.rules.request_facts import Site, site_of
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts
    from pendo_contracts.rules.spilling_table import SpillingTable

SHOWN: Final = 5


class _Page(msgspec.Struct, gc=False):
    """The numbers of a page's events, and the event that arrived first."""

    frame: str
    numbers: list[list[int]]
    site: Site


class EventsMissing(StreamRule):
    """Finds pages with events that never arrived."""

    reads = "events"
    description = Description(
        name="events-missing",
        severity="warning",
        section="delivery",
        summary="a page lacks a number between the lowest and the highest sequence that arrived",
        symptom="Some events of a page are in Pendo and others are not.",
        reason="The agent numbers the events of a page. A missing number is an event that was made and never arrived:"
        " an ad blocker stopped it, a POST was lost, or it was too large to send.",
        fix="find the request that is missing: look for blocked requests, refused POSTs and very large events",
        source="observed: the published agent",
    )

    def start(self) -> None:
        """Create the state."""
        self._pages: SpillingTable[_Page] = self.table()

    def observe(self, facts: Facts) -> Iterable[Finding]:
        """Remember the numbers of the page's events."""
        for run in facts.runs:
            key = (facts.api_key, run.frame)
            page = self._pages.get(key)
            if page is None:
                page = self._pages.add(key, _Page(run.frame, [], site_of(facts, facts.events[run.event])))
            add_all(page.numbers, run.first, run.last)
        return ()

    def finish(self) -> Iterator[Finding]:
        """Yield a finding for each page with gaps."""
        for page in self._pages.values():
            if len(page.numbers) > 1:
                texts = (str(low) if low == high else f"{low} to {high}" for low, high in gaps(page.numbers))
                shown = ", ".join(islice(texts, SHOWN))
                more = ", ..." if len(page.numbers) - 1 > SHOWN else ""
                message = f"events of page {page.frame[:40]} did not arrive: sequence {shown}{more}"
                yield self.finding_at(page.site, message, "/sequence", "page")
