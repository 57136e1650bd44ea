"""Retention: how much of what was recorded is kept, and which part of it must not be touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ACTIVE_FOR: Final = 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Retention:
    """At most so many exchanges, none older than so many seconds; None for no limit. The oldest go first.

    A key that somebody asked about, or set something up for, within TEST_SPAN milliseconds is under test: of it nothing
    is deleted, even if that means that more is kept than was allowed.
    """

    exchanges: int | None = None
    age: float | None = None

    @property
    def bounded(self) -> bool:
        """Whether anything is ever deleted."""
        return self.exchanges is not None or self.age is not None


FOREVER: Final = Retention()
