"""Finds an agent that was loaded from one region and sends to another region: rule region-mismatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.safe_text import cut
from pendo_contracts.rules.hosts.agent_hosts import SENDING_ROLES, AgentHosts
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts
    from pendo_contracts.rules.spilling_table import SpillingTable


class RegionMismatch(StreamRule):
    """Finds an agent that was loaded from one region and sends to another region."""

    reads = "hosts"
    description = Description(
        name="region-mismatch",
        severity="error",
        section="hosts",
        summary="the agent's script or config comes from one region's content host, and the agent sends to another"
        " region's data or app host, for one API key",
        symptom="The page loads the agent and sends beacons, but the events never appear in the subscription.",
        reason="An application belongs to one region. The data host of another region does not know its API key.",
        fix="choose the region of your subscription in both settings: the host of the script and the data host",
        source="documented: Pendo's list of regions and hosts",
    )

    def start(self) -> None:
        """Create the state."""
        self._hosts: SpillingTable[AgentHosts] = self.table()

    def observe(self, facts: Facts) -> Iterator[Finding]:
        """Remember the region of a script, or of a request of the agent."""
        script = facts.source == "script" and facts.role == "content"
        if facts.region and (script or (facts.source == "agent" and facts.role in SENDING_ROLES)):
            key = (facts.api_key,)
            (self._hosts.get(key) or self._hosts.add(key, AgentHosts())).add(facts, facts.region)
        yield from ()

    def finish(self) -> Iterator[Finding]:
        """Yield a finding for each key with a region that only the script or only the agent's requests use."""
        for hosts in self._hosts.values():
            for (loaded, script), (sent, request) in hosts.mismatches():
                message = (
                    f"the script came from {cut(script.host)} (region {loaded}), and the agent sends to"
                    f" {cut(request.host)} (region {sent})"
                )
                yield self.finding_at(request, message, about="host")
