"""Finds events that happened after their request was sent: rule time-ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.rules.rule_base import Description, RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import Observation
    from pendo_contracts.rules.request_facts import Facts

# Their requests have no time of their own.
_WITHOUT_OWN_TIME: Final = frozenset({"segmentio", "track", "agentic"})


class TimeAhead(RequestRule):
    """Finds events that happened after their request was sent."""

    reads = "events"
    description = Description(
        name="time-ahead",
        severity="warning",
        section="time",
        summary="an event happened more than 60 seconds after its request's own time (ct)",
        symptom="Events appear at a wrong time in Pendo.",
        reason="The clock of the device was set back, or the application writes its own times.",
        fix="check the clock of the device; do not set the time of an event yourself",
        source="assumed",
        thresholds={"max_seconds": 60},
    )

    def check(self, observation: Observation) -> Iterable[Finding]:
        """Return a finding for each such event."""
        facts = observation.facts
        if observation.latest is None or facts.sent_at is None or facts.endpoint in _WITHOUT_OWN_TIME:
            return ()
        limit = facts.sent_at + 1000 * self.thresholds["max_seconds"]
        return () if observation.latest <= limit else self._find(facts, facts.sent_at, limit)

    def _find(self, facts: Facts, sent_at: float, limit: float) -> Iterator[Finding]:
        for event in facts.events:
            if event.happened_at is not None and event.happened_at > limit:
                seconds = (event.happened_at - sent_at) / 1000
                yield self.finding(facts, f"the event happened {seconds:,.0f} s after its request", event)
