"""AgentHosts: which hosts the script of an API key came from, and which hosts its agent sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from pendo_contracts.rules.request_facts import site_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from pendo_contracts.rules.request_facts import Facts, Site

    Group: TypeAlias = tuple[str, Site]

SENDING_ROLES: Final = frozenset({"data", "app"})


class AgentHosts(Struct):
    """One request of each group of hosts, such as a region: of the script, and of the agent.

    It is a request to the first host of the group in alphabetical order, so that the order of arrival does not matter.
    """

    scripts: dict[str, Site] = field(default_factory=dict)
    requests: dict[str, Site] = field(default_factory=dict)

    def add(self, facts: Facts, group: str) -> None:
        """Add a request of the script or of the agent."""
        sites = self.scripts if facts.source == "script" else self.requests
        if group not in sites or facts.host < sites[group].host:
            sites[group] = site_of(facts)

    def mismatches(self) -> Iterator[tuple[Group, Group]]:
        """Yield script and request for each group that only one of the two has, if there are both."""
        if not self.scripts or not self.requests:
            return
        scripts, requests = sorted(self.scripts.items()), sorted(self.requests.items())
        for request in requests:
            if request[0] not in self.scripts:
                yield scripts[0], request
        for script in scripts:
            if script[0] not in self.requests and self.requests.keys() <= self.scripts.keys():
                yield script, requests[0]
