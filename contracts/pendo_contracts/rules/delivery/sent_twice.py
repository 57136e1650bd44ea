"""Finds the same event from two agents on a page: rule sent-twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import EventFact, Facts
    from pendo_contracts.rules.spilling_table import SpillingTable


class SentTwice(StreamRule):
    """Finds the same event from two agents on a page."""

    reads = "events"
    description = Description(
        name="sent-twice",
        severity="warning",
        section="delivery",
        summary="two events of one visitor have the same type, name, time and content, but different places (frameId or"
        " sequence)",
        symptom="Pendo counts twice as many events as there were.",
        reason="Two agents run on one page: the snippet is there twice, or once by hand and once by Segment.",
        fix="load Pendo's agent once: remove the second snippet",
        source="observed: two agents on one page send equal events from different frames",
    )

    def start(self) -> None:
        """Create the state."""
        self._places: SpillingTable[int] = self.table()

    def observe(self, facts: Facts) -> Iterable[Finding]:
        """Return a finding for each event that another place has sent before."""
        api_key, first_place, repeated = facts.api_key, self._places.setdefault, []
        for event in facts.events:
            if (sequence := event.sequence) is not None and event.happened_at is not None:
                place = hash((event.frame, sequence))
                key = (api_key, event.visitor, event.type, event.name, event.happened_at, event.content)
                if first_place(key, place) != place:
                    repeated.append(event)
        return [self._finding(facts, event) for event in repeated] if repeated else ()

    def _finding(self, facts: Facts, event: EventFact) -> Finding:
        name = f" {shorten(event.name)}" if event.name else ""
        message = f"the {event.type} event{name} was sent before, with another frameId or another sequence"
        return self.finding(facts, message, event)
