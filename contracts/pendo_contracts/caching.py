"""Memory: what was made of a short text is remembered; of long ones, whoever sends them could send too many."""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")

LONGEST: Final = 256
MOST: Final = 1024


def remembering(make: Callable[[str], Made]) -> Callable[[str], Made]:
    """Remember what is made of MOST texts of up to LONGEST characters."""
    remembered = lru_cache(maxsize=MOST)(make)

    @wraps(make)
    def recall(text: str) -> Made:
        return remembered(text) if len(text) <= LONGEST else make(text)

    return recall
