"""Finds an API key whose requests go to more than one region: rule key-in-two-regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.safe_text import cut
from pendo_contracts.rules.hosts.agent_hosts import SENDING_ROLES
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts
    from pendo_contracts.rules.spilling_table import SpillingTable


class KeyInTwoRegions(StreamRule):
    """Finds an API key whose requests go to more than one region."""

    reads = "hosts"
    description = Description(
        name="key-in-two-regions",
        severity="error",
        section="hosts",
        summary="requests of one API key, those of the webhook included, go to data or app hosts of two regions",
        symptom="Some events arrive in Pendo and others do not: those of one page, of one environment, or all events"
        " of the webhook.",
        reason="An API key is known in one region only. The other region accepts nothing for it.",
        fix="send every request of this API key to the region of its subscription; use another API key per region",
        source="documented: Pendo's list of regions and hosts",
    )

    def start(self) -> None:
        """Create the state: the first host of each region, by API key."""
        self._hosts: SpillingTable[dict[str, str]] = self.table()

    def observe(self, facts: Facts) -> Iterator[Finding]:
        """Yield a finding when a key's first request to a further region arrives."""
        if not facts.region or facts.role not in SENDING_ROLES or not facts.api_key:
            return
        key = (facts.api_key,)
        hosts = self._hosts.get(key)
        if hosts is None:
            hosts = self._hosts.add(key, {})
        if facts.region not in hosts:
            if hosts:
                region, host = next(iter(hosts.items()))
                message = (
                    f"API key {cut(facts.api_key)} is used in region {facts.region} ({cut(facts.host)}) and in region"
                    f" {region} ({cut(host)})"
                )
                yield self.finding(facts, message)
            hosts[facts.region] = facts.host
