"""Time zones by name, from the system's database or from the package tzdata."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import tzinfo

ZONES_MISSING: Final = "if this system has no database of time zones, run pip install tzdata"


@lru_cache(maxsize=64)
def find_zone(name: str) -> tzinfo | None:
    """Return the time zone with a name, None for an unknown name."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - start-up time

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
