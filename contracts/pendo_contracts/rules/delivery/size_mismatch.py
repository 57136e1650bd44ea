"""Finds requests whose parameter `s` is not the size of their jzb: rule size-mismatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.rules.rule_base import Description, RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.rules.observation import Observation


class SizeMismatch(RequestRule):
    """Finds requests whose parameter `s` is not the size of their jzb."""

    description = Description(
        name="size-mismatch",
        severity="error",
        section="delivery",
        summary="the query parameter s is not the number of characters of the jzb in the body",
        symptom="Large batches of events may be missing in Pendo.",
        reason="The agent writes the size of the jzb into the URL. Another size means that something between agent and"
        " Pendo changed or cut the body.",
        fix="send the body unchanged, and s as the number of characters of its jzb",
        source="observed: the published agent",
    )

    def check(self, observation: Observation) -> Iterable[Finding]:
        """Return a finding for a request with another size."""
        beacon = observation.request.beacon
        size = beacon.query.get("s")
        if size is None or beacon.preflight:
            return ()
        packed = _packed(observation.request)
        if packed is not None and size != str(len(packed)):
            message = f"s is {size[:20]}, and the jzb has {len(packed):,} characters"
            return (self.finding(observation.facts, message, pointer="/query/s"),)
        return ()


def _packed(request: JudgedRequest) -> str | bytes | None:
    """Return the jzb in the body: a member of its JSON, or the whole body; None if the body has none."""
    beacon = request.beacon
    if beacon.endpoint and beacon.endpoint.carrier == "jzb-text":
        return request.envelope.body or None
    packed = beacon.body.get("events") if isinstance(beacon.body, dict) else None
    return packed if isinstance(packed, str) else None
