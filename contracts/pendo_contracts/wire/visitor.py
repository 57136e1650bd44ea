"""Visitor ids: how an anonymous visitor is told from a known one."""

from __future__ import annotations

from typing import Final

# The agent makes such an id for a visitor that nobody has identified: observed in the published agent.
ANONYMOUS_PREFIX: Final = "_PENDO_T_"


def is_anonymous(visitor_id: str) -> bool:
    """Return whether an id is one that the agent made for an unknown visitor."""
    return visitor_id.startswith(ANONYMOUS_PREFIX)
