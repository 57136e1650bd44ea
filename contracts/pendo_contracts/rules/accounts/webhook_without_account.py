"""Finds track calls of the webhook that belong to no account: rule webhook-without-account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.rule_base import Description, RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import Observation


class WebhookWithoutAccount(RequestRule):
    """Finds track calls of the webhook that belong to no account."""

    reads = "events"
    description = Description(
        name="webhook-without-account",
        severity="warning",
        section="accounts",
        summary="a track call of the webhook has no properties.groupId",
        symptom="Track events that arrive through the webhook belong to no account in Pendo.",
        reason="The webhook does not know the visitor's group: Pendo reads the account from the property groupId only.",
        fix="add the property groupId, with the account's id, to every track call",
        source="documented: Pendo's guide to the Segment webhook",
    )

    def check(self, observation: Observation) -> Iterable[Finding]:
        """Return a finding for a track call without the property."""
        return self._find(observation) if observation.facts.source == "webhook" else ()

    def _find(self, observation: Observation) -> Iterator[Finding]:
        for event in observation.request.beacon.events:
            if event.type == "track" and isinstance(event.value, dict):
                properties = event.value.get("properties")
                # An empty id is a finding of junk-id.
                if not isinstance(properties, dict) or properties.get("groupId") is None:
                    message = f"the track call {shorten(event.name or '')} has no properties.groupId"
                    yield self.finding_in(observation.facts, message, event.index, "/properties")
