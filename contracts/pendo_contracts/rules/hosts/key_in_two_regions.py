"""Finds an API key whose requests go to more than one region: rule key-in-two-regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.safe_text import cut
from pendo_contracts.rules.hosts.agent_hosts import SENDING_ROLES
from pendo_contracts.rules.request_facts import site_of
from pendo_contracts.rules.rule_base import Description, StreamRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.request_facts import Facts, Site
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
        """Create the state: one request of each region, by API key."""
        self._sites: SpillingTable[dict[str, Site]] = self.table()

    def observe(self, facts: Facts) -> Iterator[Finding]:
        """Remember for each region a request to its first host in alphabetical order."""
        if facts.region and facts.role in SENDING_ROLES and facts.api_key:
            key = (facts.api_key,)
            sites = self._sites.get(key)
            if sites is None:
                sites = self._sites.add(key, {})
            if facts.region not in sites or facts.host < sites[facts.region].host:
                sites[facts.region] = site_of(facts)
        yield from ()

    def finish(self) -> Iterator[Finding]:
        """Yield a finding for each further region of a key, in alphabetical order."""
        for sites in self._sites.values():
            (first, known), *others = sorted(sites.items())
            for region, site in others:
                message = (
                    f"API key {cut(site.api_key)} is used in region {region} ({cut(site.host)}) and in region"
                    f" {first} ({cut(known.host)})"
                )
                yield self.finding_at(site, message, about="host")
