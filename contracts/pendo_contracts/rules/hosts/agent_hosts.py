"""AgentHosts: which hosts the script of one API key came from, and which hosts its agent sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
