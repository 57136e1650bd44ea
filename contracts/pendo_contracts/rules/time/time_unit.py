"""Finds times that are not in milliseconds: rule time-unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.common.javascript_numbers import number_text
from pendo_contracts.rules.fact_reader import read_sent_at
from pendo_contracts.rules.request_facts import FIRST_MILLISECOND, in_milliseconds, read_moment
from pendo_contracts.rules.rule_base import Description, RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import Observation
    from pendo_contracts.rules.request_facts import Facts

_MEMBERS: Final = {"agent": "browser_time", "server": "timestamp"}


class TimeUnit(RequestRule):
    """Finds times that are not in milliseconds."""

    description = Description(
        name="time-unit",
        severity="error",
        section="time",
        summary="a time that must be in milliseconds since 1970 is too small (seconds) or too large (microseconds)",
        symptom="The events appear in Pendo in January 1970, far in the future, or not at all.",
        reason="The agent's browser_time and ct, and the timestamp of server-side events, are in milliseconds.",
        fix="send milliseconds since 1970, as JavaScript's Date.now() gives them",
        source="documented for server-side events, observed for the agent; the limits 10^11 and 10^14 are assumed",
    )

    def check(self, observation: Observation) -> Iterable[Finding]:
        """Return a finding for each time in another unit."""
        facts = observation.facts
        right = facts.sent_at is not None and facts.source != "webhook" and observation.times_complete
        return () if right else self._find(observation, facts)

    def _find(self, observation: Observation, facts: Facts) -> Iterator[Finding]:
        sent_at = read_sent_at(observation.request.beacon)
        if sent_at is not None and not in_milliseconds(sent_at):
            yield self.finding(facts, _describe("ct", sent_at), pointer="/query/ct")
        if (member := _MEMBERS.get(facts.source)) is None or observation.times_complete:
            return
        for event in observation.request.beacon.events:
            moment = read_moment(event.value.get(member)) if isinstance(event.value, dict) else None
            if moment is not None and not in_milliseconds(moment):
                yield self.finding_in(facts, _describe(member, moment), event.index, f"/{member}")


def _describe(name: str, moment: float) -> str:
    unit = "seconds" if moment < FIRST_MILLISECOND else "microseconds"
    return f"{name} is {number_text(moment)}: these are {unit}, not milliseconds"
