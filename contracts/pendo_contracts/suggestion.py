"""nearest: what somebody who wrote a wrong name may have meant."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIKE: Final = 0.6

_LOOKED_AT: Final = 200

_WORDS = re.compile(r"[^\W_]+")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Find the known name with most words in common (the usual mistake in a host name is their order), else most alike.

    None where nothing known is like it.
    """
    name = name[:_LOOKED_AT]
    words = set(_WORDS.findall(name.lower()))

    def likeness(other: str) -> tuple[int, float]:
        return len(words & set(_WORDS.findall(other.lower()))), SequenceMatcher(None, name, other).ratio()

    best = max(known, key=likeness, default=None)
    return best if best is not None and likeness(best) >= (0, ALIKE) else None
