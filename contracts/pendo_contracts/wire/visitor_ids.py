"""Visitor ids: the difference between an anonymous visitor and a known visitor."""

from __future__ import annotations

from typing import Final

# The agent makes an id with this prefix for a visitor who is not identified (observed in the published agent).
ANONYMOUS_PREFIX: Final = "_PENDO_T_"


def is_anonymous(visitor_id: str) -> bool:
    """Return whether the agent made this id for an unknown visitor."""
    return visitor_id.startswith(ANONYMOUS_PREFIX)
