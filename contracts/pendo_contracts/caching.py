"""Memory: what was made of a short text is remembered; of long ones, whoever sends them could send too many."""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")

MAX_LENGTH: Final = 256
MAX_ENTRIES: Final = 1024


def cached_for_short_text(make: Callable[[str], Made]) -> Callable[[str], Made]:
    """Remember what is made of MOST texts of up to LONGEST characters."""
    remembered = lru_cache(maxsize=MAX_ENTRIES)(make)

    @wraps(make)
    def recall(text: str) -> Made:
        return remembered(text) if len(text) <= MAX_LENGTH else make(text)

    return recall
