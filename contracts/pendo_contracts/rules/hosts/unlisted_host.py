"""Finds requests to hosts that look like Pendo's hosts and are none of them: rule unlisted-host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.caching import cached_for_short_text
from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.common.safe_text import cut
from pendo_contracts.rules.rule_base import Description, RequestRule
from pendo_contracts.wire.region import HOSTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import Observation


class UnlistedHost(RequestRule):
    """Finds requests to hosts that look like Pendo's hosts and are none of them."""

    description = Description(
        name="unlisted-host",
        severity="error",
        section="hosts",
        summary="a Pendo path is requested from a host below pendo.io that Pendo does not list, or from a lookalike"
        " host such as cdn.pendo.eu",
        symptom="Nothing arrives in Pendo. The browser's console shows that pendo.js or the beacons cannot be loaded,"
        " usually with a DNS error.",
        reason="Pendo's host names follow no pattern: us1 is a prefix (us1.cdn.pendo.io), the other regions are infixes"
        " (cdn.eu.pendo.io), and the region jp has jpn in its host names. A name made from a region's name is often not"
        " a host.",
        fix="use one of Pendo's hosts, or your own CNAME",
        source="observed: the published agent's table of servers, and old builds of Segment's destination",
    )

    def check(self, observation: Observation) -> Iterable[Finding]:
        """Return a finding for a request to such a host."""
        facts = observation.facts
        if facts.host_kind == "unlisted" and facts.source:
            near = _nearest_host(facts.host)
            return (self.finding(facts, f"{cut(facts.host)} is not a host of Pendo; did you mean {near}?"),)
        return ()


@cached_for_short_text
def _nearest_host(host: str) -> str | None:
    return nearest(host, HOSTS)
