"""Finds the agent's own reports of dropped events: rule dropped-by-agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.rules.rule_base import Description, RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import Observation
    from pendo_contracts.wire.beacon import Beacon

# The agent's message for an event that is too large to send (observed in the published agent).
_REPORTS: Final = frozenset({"log.gif", "errorlog"})
_OVERSIZE: Final = "Single item is"
# Every jzb of the agent begins with these characters: the zlib header for the agent's compression level (observed).
_JZB_START: Final = "eJ"


class DroppedByAgent(RequestRule):
    """Finds the agent's own reports of dropped events.

    On log.gif the message begins with `Single item is`; on errorlog the agent sends the jzb of the event that was too
    large (both observed).
    """

    description = Description(
        name="dropped-by-agent",
        severity="note",
        section="delivery",
        summary="the agent reports on log.gif or errorlog that it dropped an event",
        symptom="An event is missing in Pendo.",
        reason="The agent does not send an event whose jzb has more than 65,536 characters.",
        fix="send smaller properties in the event",
        source="observed: the published agent",
    )

    def check(self, observation: Observation) -> Iterable[Finding]:
        """Return a note for a report of a dropped event."""
        if observation.facts.endpoint in _REPORTS and (report := _report(observation.request.beacon)):
            message = f"the agent dropped an event that is too large to send: {report}"
            return (self.finding(observation.facts, message),)
        return ()


def _report(beacon: Beacon) -> str:
    if beacon.endpoint_name == "log.gif" and (message := beacon.query.get("msg", "")).startswith(_OVERSIZE):
        return message[:100]
    error = beacon.body.get("error") if beacon.endpoint_name == "errorlog" and isinstance(beacon.body, dict) else None
    if isinstance(error, str) and error.startswith(_OVERSIZE):
        return error[:100]
    return "its jzb is in a request to errorlog" if isinstance(error, str) and error.startswith(_JZB_START) else ""
