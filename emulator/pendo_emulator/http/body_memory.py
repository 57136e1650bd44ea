"""Limits the memory for the bodies of unanswered requests, over all connections."""

from __future__ import annotations

from typing import Final


class BodyMemory:
    """Counts the bytes of the kept bodies; `limit` is the maximum, None means no limit. Not thread-safe."""

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self.used = 0

    def reserve(self, size: int) -> bool:
        """Add `size` bytes; return False, and add nothing, if they exceed the limit."""
        if self._limit is not None and self.used + size > self._limit:
            return False
        self.used += size
        return True

    def release(self, size: int) -> None:
        """Subtract `size` bytes."""
        self.used -= size


UNBOUNDED: Final = BodyMemory()
