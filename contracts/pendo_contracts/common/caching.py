"""A cache for functions of one string; long strings from clients are not cached, because they could fill memory."""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

MAX_LENGTH: Final = 256
MAX_ENTRIES: Final = 1024


def cached_for_short_text(function: Callable[[str], Result]) -> Callable[[str], Result]:
    """Cache the results of MAX_ENTRIES strings of at most MAX_LENGTH characters."""
    cached = lru_cache(maxsize=MAX_ENTRIES)(function)

    @wraps(function)
    def call(text: str) -> Result:
        return cached(text) if len(text) <= MAX_LENGTH else function(text)

    return call
