"""Finds events that arrive again: rule resent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.rules.delivery.event_number_intervals import add_all, contains
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts, PageRun
    from pendo_contracts.rules.spilling_table import SpillingTable


class Resent(StreamRule):
    """Finds events that arrive again."""

    reads = "events"
    description = Description(
        name="resent",
        severity="note",
        section="delivery",
        summary="an event's place (frameId, sequence) arrives again",
        symptom="None: Pendo counts the event once.",
        reason="The agent tries again after an error or a lost answer. Many retries are a sign of a bad connection or"
        " of a host that refuses requests.",
        fix="if it happens often, find out why the first try was not answered well",
        source="observed: the published agent; that Pendo counts a retry once is assumed",
    )

    def start(self) -> None:
        """Create the state."""
        self._pages: SpillingTable[list[list[int]]] = self.table()
        self._faulted: SpillingTable[list[list[int]]] = self.table()

    def observe(self, facts: Facts) -> Iterator[Finding]:
        """Yield a note for a request with events that arrived before; a retry after an injected fault is no finding."""
        repeated: tuple[PageRun, int] | None = None
        for run in facts.runs:
            known = add_all(self._numbers(self._pages, facts.api_key, run.frame), run.first, run.last)
            if known is not None and repeated is None and not self._was_faulted(facts.api_key, run.frame, known):
                repeated = (run, known)
            if facts.fault:
                add_all(self._numbers(self._faulted, facts.api_key, run.frame), run.first, run.last)
        if repeated:
            run, number = repeated
            event = next(event for event in facts.events if (event.frame, event.sequence) == (run.frame, number))
            message = f"the {event.type} event {number} of page {run.frame[:40]} arrived again"
            yield self.finding(facts, message, event, about="page")

    def _numbers(self, table: SpillingTable[list[list[int]]], api_key: str, frame: str) -> list[list[int]]:
        return table.setdefault((api_key, frame), [])

    def _was_faulted(self, api_key: str, frame: str, number: int) -> bool:
        """Return whether the first try of an event met an injected fault."""
        return contains(self._faulted.get((api_key, frame)) or [], number)
