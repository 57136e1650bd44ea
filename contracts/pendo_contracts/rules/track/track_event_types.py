"""Finds API keys with more names of track events than Pendo accepts: rule track-event-types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.safe_text import cut
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts


class TrackEventTypes(StreamRule):
    """Finds API keys with more names of track events than Pendo accepts."""

    reads = "events"
    description = Description(
        name="track-event-types",
        severity="warning",
        section="track",
        summary="one API key has more than 5,000 different names of track events",
        symptom="New track events do not appear in Pendo.",
        reason="An app has at most 5,000 types of track events. Names that contain an id or a date use them up.",
        fix="use few event names, and put ids and dates into properties",
        source="documented: Pendo's limits of track events",
        thresholds={"max_names": 5000},
    )

    def start(self) -> None:
        """Create the state."""
        self._names: dict[str, set[str]] = {}

    def observe(self, facts: Facts) -> Iterator[Finding]:
        """Yield a finding for the event whose name is the first above the limit."""
        limit = self.thresholds["max_names"]
        for event in facts.events:
            if event.type == "track" and event.name:
                names = self._names.setdefault(facts.api_key, set())
                if len(names) <= limit and event.name not in names:
                    names.add(event.name)
                    if len(names) > limit:
                        message = f"API key {cut(facts.api_key)} has more than {limit:,} names of track events"
                        yield self.finding(facts, message, event, about="API key")
