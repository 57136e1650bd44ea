"""AgentHosts: which hosts the script of an API key came from, and which hosts its agent sent to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pendo_contracts.rules.request_facts import site_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from pendo_contracts.rules.request_facts import Facts, Site

    Group: TypeAlias = tuple[str, Site]

SENDING_ROLES: Final = frozenset({"data", "app"})


@dataclass(slots=True)
class AgentHosts:
    """The first request of each group of hosts, such as a region: of the script, and of the agent."""

    scripts: dict[str, Site] = field(default_factory=dict)
    requests: dict[str, Site] = field(default_factory=dict)

    def add(self, facts: Facts, group: str) -> None:
        """Add a request of the script or of the agent."""
        (self.scripts if facts.source == "script" else self.requests).setdefault(group, site_of(facts))

    def mismatches(self) -> Iterator[tuple[Group, Group]]:
        """Yield script and request for each group that only one of the two has, if there are both."""
        if not self.scripts or not self.requests:
            return
        for request in self.requests.items():
            if request[0] not in self.scripts:
                yield next(iter(self.scripts.items())), request
        for script in self.scripts.items():
            if script[0] not in self.requests and self.requests.keys() <= self.scripts.keys():
                yield script, next(iter(self.requests.items()))
