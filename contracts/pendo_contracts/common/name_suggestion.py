"""Suggests the known name that a wrong name may have meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_SIMILARITY: Final = 0.6

_MAX_COMPARED: Final = 200
_WORDS = re.compile(r"[^\W_]+")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most similar to a name; None if no known name is similar enough.

    Names with more words in common come first, because the usual mistake in a host name is the order of its words.
    """
    from difflib import SequenceMatcher  # noqa: PLC0415 - 3 ms of start-up time; a server loads it before it waits

    name = name[:_MAX_COMPARED]
    words = set(_WORDS.findall(name.lower()))

    def similarity(other: str) -> tuple[int, float]:
        return len(words & set(_WORDS.findall(other.lower()))), SequenceMatcher(None, name, other).ratio()

    best = max(known, key=similarity, default=None)
    return best if best is not None and similarity(best) >= (0, MIN_SIMILARITY) else None
