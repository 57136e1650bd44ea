"""Rule resent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.rules.delivery.sequences import add
from pendo_contracts.rules.rule import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.facts import Facts
    from pendo_contracts.rules.spilling_table import SpillingTable


class Resent(StreamRule):
    """Finds events that arrive again."""

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
        repeated = None
        for event in facts.events:
            if event.sequence is None:
                continue
            key = (facts.api_key, event.frame)
            numbers = self._pages.get(key)
            if numbers is None:
                numbers = self._pages.add(key, [])
            is_new = add(numbers, event.sequence)
            faulted = self._faulted.get(key)
            if not is_new and not (faulted and _holds(faulted, event.sequence)):
                repeated = repeated or event
            if facts.fault:
                add(self._faulted.add(key, []) if faulted is None else faulted, event.sequence)
        if repeated:
            message = f"the {repeated.type} event {repeated.sequence} of page {repeated.frame[:40]} arrived again"
            yield self.finding(facts, message, repeated)


def _holds(intervals: list[list[int]], number: int) -> bool:
    return any(first <= number <= last for first, last in intervals)
