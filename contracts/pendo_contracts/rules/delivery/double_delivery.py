"""Finds track events that arrive through the agent and through the webhook: rule double-delivery."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.delivery.failed_requests import describe_failure
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import EventFact, Facts
    from pendo_contracts.rules.spilling_table import SpillingTable

_OTHER_WAY: Final = {"agent": "webhook", "webhook": "agent"}


class _Unpaired(NamedTuple):
    """An event without a pair, and all ids of its visitor; `number` is different for each event."""

    happened_at: float
    number: int
    where: str
    visitors: tuple[str, ...]


class DoubleDelivery(StreamRule):
    """Finds track events that arrive through the agent and through the webhook.

    The agent's `meta` and the webhook's `identify` are no pair: Pendo keeps them in different metadata groups
    (documented). A broken event has no pair. Each event has at most one pair.
    """

    reads = "events"
    description = Description(
        name="double-delivery",
        severity="warning",
        section="delivery",
        summary="a track event with the same name, visitor and properties arrives through the agent and through the"
        " webhook within 10 minutes",
        symptom="Pendo counts each track event twice.",
        reason="Segment sends the event in device mode through the agent and in cloud mode through the webhook. Pendo's"
        " guide says that only one of them may send track events.",
        fix="turn track events off in one of the two destinations",
        source="documented: Pendo's guide to the Segment webhook; the 10 minutes are assumed",
        thresholds={"max_minutes": 10},
    )

    def start(self) -> None:
        """Create the state: the events without a pair, sorted by time, by their content and their way."""
        self._unpaired: SpillingTable[list[_Unpaired]] = self.table()
        self._remembered = 0

    def observe(self, facts: Facts) -> Iterator[Finding]:
        """Compare the track events of an accepted request with the track events that came the other way."""
        if (other_way := _OTHER_WAY.get(facts.source)) is None or not facts.accepted or describe_failure(facts):
            return
        for event in facts.events:
            if event.type == "track" and event.kept and event.happened_at is not None and event.visitors:
                if (other := self._take_equal(facts.api_key, event, other_way)) is None:
                    self._remember(facts, event)
                else:
                    message = (
                        f"track event {shorten(event.name)} of API key {facts.api_key} came through the agent and"
                        f" through the webhook ({other} and {facts.where})"
                    )
                    yield self.finding(facts, message, event, about=f"track event {event.name}")

    def _take_equal(self, api_key: str, event: EventFact, way: str) -> str | None:
        """Remove an equal event that came another way, and return its place; None if there is none."""
        window, moment = self.thresholds["max_minutes"] * 60_000, event.happened_at or 0
        for visitor in event.visitors:
            unpaired = self._unpaired.get((api_key, way, visitor, event.name, event.track)) or []
            position = bisect_left(unpaired, (moment - window,))
            if position < len(unpaired) and (other := unpaired[position]).happened_at <= moment + window:
                for known_as in other.visitors:
                    self._forget((api_key, way, known_as, event.name, event.track), other)
                return other.where
        return None

    def _forget(self, key: tuple[str | int, ...], event: _Unpaired) -> None:
        unpaired = self._unpaired.get(key) or []
        position = bisect_left(unpaired, event)
        if position < len(unpaired) and unpaired[position] == event:
            del unpaired[position]

    def _remember(self, facts: Facts, event: EventFact) -> None:
        self._remembered += 1
        for visitor in event.visitors:
            key = (facts.api_key, facts.source, visitor, event.name, event.track)
            unpaired = self._unpaired.setdefault(key, [])
            insort(unpaired, _Unpaired(event.happened_at or 0, self._remembered, facts.where, event.visitors))
