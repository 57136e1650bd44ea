"""Finds an agent for which only one of the two hosts, script and data, is a CNAME: rule half-cname."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.safe_text import cut
from pendo_contracts.rules.hosts.agent_hosts import AgentHosts
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts
    from pendo_contracts.rules.spilling_table import SpillingTable

_KINDS = ("cname", "listed")


class HalfCname(StreamRule):
    """Finds an agent for which only one of the two hosts, script and data, is a CNAME."""

    reads = "hosts"
    description = Description(
        name="half-cname",
        severity="warning",
        section="hosts",
        summary="for one API key, script or config come from a CNAME and the agent sends to a host of Pendo's, or the"
        " other way round",
        symptom="Visitors with an ad blocker are missing in Pendo, although a CNAME is set up.",
        reason="A CNAME helps against ad blockers only if both hosts have one: the blocker still blocks the other.",
        fix="set the content host and the data host to your CNAME, or neither of them",
        source="observed: the settings of Segment's destination are two independent fields",
    )

    def start(self) -> None:
        """Create the state."""
        self._hosts: SpillingTable[AgentHosts] = self.table()

    def observe(self, facts: Facts) -> Iterator[Finding]:
        """Remember the kind of host of a script, or of a request of the agent."""
        if facts.host_kind in _KINDS and facts.source in {"script", "agent"}:
            key = (facts.api_key,)
            (self._hosts.get(key) or self._hosts.add(key, AgentHosts())).add(facts, facts.host_kind)
        yield from ()

    def finish(self) -> Iterator[Finding]:
        """Yield a finding for each key with a kind of host that only the script or only the agent's requests use."""
        for hosts in self._hosts.values():
            for (_, script), (_, request) in hosts.mismatches():
                message = f"the script comes from {cut(script.host)}, and the agent sends to {cut(request.host)}"
                yield self.finding_at(request, message, about="host")
