"""The version of the agent that sent a request, and the version that the contracts were tested with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.caching import cached_for_short_text

if TYPE_CHECKING:
    from collections.abc import Mapping

# The published agent whose requests the contracts describe (observed).
TESTED_VERSION: Final = "2.291.4"

# The agent appends the region's suffix to its version: 2.291.4_prod-eu (observed).
_VERSION: Final = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:_.*)?", re.ASCII)


def read_version(query: Mapping[str, str]) -> str:
    """Return the agent's version, without the region's suffix; "" if the request has none."""
    return query.get("v", "").partition("_")[0]


@cached_for_short_text
def is_newer(version: str) -> bool:
    """Return whether an agent is newer than the tested version."""
    numbers = _numbers(version)
    return numbers is not None and numbers > (_numbers(TESTED_VERSION) or ())


def _numbers(version: str) -> tuple[int, ...] | None:
    matched = _VERSION.fullmatch(version)
    return tuple(map(int, matched.groups())) if matched else None
