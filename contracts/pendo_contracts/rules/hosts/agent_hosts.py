"""AgentHosts: which hosts the script of one API key came from, and which hosts its agent sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.rules.facts import Facts

SENDING_ROLES = frozenset({"data", "app"})


class AgentHosts:
    """The first request of each group: `scripts` by the group of its host, `requests` by the group of its host."""

    def __init__(self) -> None:
        self.scripts: dict[str, Facts] = {}
        self.requests: dict[str, Facts] = {}

    def add(self, facts: Facts, group: str) -> None:
        """Add a request of the script or of the agent."""
        (self.scripts if facts.source == "script" else self.requests).setdefault(group, facts)

    def mismatches(self) -> Iterator[tuple[Facts, Facts]]:
        """Yield script and request for each group that only one of the two has, if there are both."""
        if not self.scripts or not self.requests:
            return
        for group, request in self.requests.items():
            if group not in self.scripts:
                yield next(iter(self.scripts.values())), request
        for group, script in self.scripts.items():
            if group not in self.requests and self.requests.keys() <= self.scripts.keys():
                yield script, next(iter(self.requests.values()))
