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
        common = len(words.intersection(_WORDS.findall(other.lower())))
        matcher = SequenceMatcher(None, name, other)
        if not common and (matcher.real_quick_ratio() < MIN_SIMILARITY or matcher.quick_ratio() < MIN_SIMILARITY):
            return 0, 0.0  # upper bounds of the ratio, which takes longer
        return common, matcher.ratio()

    best = max(known, key=similarity, default=None)
    return best if best is not None and similarity(best) >= (0, MIN_SIMILARITY) else None
