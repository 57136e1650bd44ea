"""Finds events that arrive too late for Pendo: rule time-late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.rules.rule_base import Description, RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import Observation
    from pendo_contracts.rules.request_facts import Facts

DAY: Final = 24 * 60 * 60 * 1000


class TimeLate(RequestRule):
    """Finds events that arrive too late for Pendo."""

    reads = "events"
    description = Description(
        name="time-late",
        severity="warning",
        section="time",
        summary="an event happened more than 7 days before its request's own time (ct; for the webhook and calls of"
        " servers, before it was received)",
        symptom="Old events that were sent later are missing in Pendo, although each request was answered with 200.",
        reason="Pendo may not process events that are more than 7 days old.",
        fix="send events within 7 days; import older events in another way",
        source="documented: Pendo's limit for late events",
        thresholds={"max_days": 7},
    )

    def check(self, observation: Observation) -> Iterable[Finding]:
        """Return a finding for each such event."""
        facts = observation.facts
        if observation.earliest is None or facts.sent_at is None:
            return ()
        limit = facts.sent_at - self.thresholds["max_days"] * DAY
        return () if observation.earliest >= limit else self._find(facts, facts.sent_at, limit)

    def _find(self, facts: Facts, sent_at: float, limit: float) -> Iterator[Finding]:
        for event in facts.events:
            if event.happened_at is not None and event.happened_at < limit:
                days = (sent_at - event.happened_at) / DAY
                yield self.finding(facts, f"the event happened {days:,.1f} days before its request", event)
