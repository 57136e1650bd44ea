"""Dropped by the agent: the agent itself reports that it dropped an event, on log.gif or errorlog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.finding import rule_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.judged_request import JudgedRequest

NAME: Final = "dropped-by-agent"

# The agent's message for an event that is too large to send (observed in the published agent).
_OVERSIZE: Final = "Single item is"
# Every jzb of the agent begins with these characters: the zlib header for the agent's compression level (observed).
_JZB_START: Final = "eJ"


class DroppedByAgent:
    """Finds the agent's own reports of dropped events.

    On log.gif the message begins with `Single item is`; on errorlog the agent sends the jzb of the event that was too
    large (both observed).
    """

    def observe(self, request: JudgedRequest) -> Iterator[Finding]:
        """Yield a note for a report of a dropped event."""
        if report := _report(request):
            message = f"the agent dropped an event that is too large to send: {report}"
            yield rule_finding(request, "note", NAME, message, "send smaller properties in the event")

    def finish(self) -> Iterator[Finding]:
        """Yield nothing: `observe` already yields a finding for each report."""
        yield from ()


def _report(request: JudgedRequest) -> str:
    beacon = request.beacon
    if beacon.endpoint_name == "log.gif" and (message := beacon.query.get("msg", "")).startswith(_OVERSIZE):
        return message[:100]
    error = beacon.body.get("error") if beacon.endpoint_name == "errorlog" and isinstance(beacon.body, dict) else None
    if isinstance(error, str) and error.startswith(_OVERSIZE):
        return error[:100]
    return "its jzb is in a request to errorlog" if isinstance(error, str) and error.startswith(_JZB_START) else ""
