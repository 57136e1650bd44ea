"""Finds track events that arrive in two ways, such as the agent and the webhook: rule double-delivery."""

from __future__ import annotations

from bisect import bisect_left, insort
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.delivery.failed_requests import describe_failure
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import EventFact, Facts
    from pendo_contracts.rules.spilling_table import SpillingTable

# The ways of a track event, in the order in which a message names them.
_WAYS: Final = {"agent": "the agent", "webhook": "the webhook", "server": "a server's call"}


class _Unpaired(Struct, frozen=True, order=True, gc=False):
    """An event without a pair, and all ids of its visitor; `number` is different for each event."""

    happened_at: float
    number: int
    where: str
    visitors: tuple[str, ...]


_read_time: Final = attrgetter("happened_at")


class DoubleDelivery(StreamRule):
    """Finds track events that arrive in two of three ways: the agent, the webhook, and a server's call of /data/track.

    The agent's `meta` and the webhook's `identify` are no pair: Pendo keeps them in different metadata groups
    (documented). A broken event has no pair. Each event has at most one pair.
    """

    reads = "events"
    description = Description(
        name="double-delivery",
        severity="warning",
        section="delivery",
        summary="a track event with the same name, visitor and properties arrives in two ways (the agent, the webhook,"
        " a server's call) within 10 minutes",
        symptom="Pendo counts each track event twice.",
        reason="Segment sends the event in device mode through the agent and in cloud mode through the webhook, or a"
        " server calls /data/track for an event that the page tracks too. Pendo's guide says that only one of Segment's"
        " destinations may send track events.",
        fix="turn track events off in one of the two ways",
        source="documented: Pendo's guide to the Segment webhook; the 10 minutes and calls of servers are assumed",
        thresholds={"max_minutes": 10},
    )

    def start(self) -> None:
        """Create the state: the events without a pair, sorted by time, by their content and their way."""
        self._unpaired: SpillingTable[list[_Unpaired]] = self.table()
        self._remembered = 0
        self._seen_ways: list[str] = []

    def observe(self, facts: Facts) -> Iterator[Finding]:
        """Compare the track events of an accepted request with the track events that came in the other ways."""
        if facts.source not in _WAYS or not facts.accepted or describe_failure(facts):
            return
        other_ways = [way for way in self._seen_ways if way != facts.source]
        for event in facts.events:
            if event.type == "track" and event.kept and event.happened_at is not None and event.visitors:
                for way in other_ways:
                    if other := self._take_equal(facts.api_key, event, way):
                        yield self._describe(facts, event, way, other)
                        break
                else:
                    self._remember(facts, event)

    def _describe(self, facts: Facts, event: EventFact, way: str, other: str) -> Finding:
        first, second = (text for name, text in _WAYS.items() if name in {way, facts.source})
        message = (
            f"track event {shorten(event.name)} of API key {facts.api_key} came through {first} and through {second}"
            f" ({other} and {facts.where})"
        )
        return self.finding(facts, message, event, about=f"track event {event.name}")

    def _take_equal(self, api_key: str, event: EventFact, way: str) -> str | None:
        """Remove an equal event that came another way, and return its place; None if there is none."""
        window, moment = self.thresholds["max_minutes"] * 60_000, event.happened_at or 0
        for visitor in event.visitors:
            unpaired = self._unpaired.get((api_key, way, visitor, event.name, event.track)) or []
            position = bisect_left(unpaired, moment - window, key=_read_time)
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
        if facts.source not in self._seen_ways:
            insort(self._seen_ways, facts.source)
        for visitor in event.visitors:
            key = (facts.api_key, facts.source, visitor, event.name, event.track)
            unpaired = self._unpaired.setdefault(key, [])
            insort(unpaired, _Unpaired(event.happened_at or 0, self._remembered, facts.where, event.visitors))
