"""RecentAnswers: answers that are expensive to make, which clients that accept a slightly old one share."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

MAX_ANSWERS: Final = 100


class RecentAnswers:
    """The newest MAX_ANSWERS answers with their times; clients that want the same answer wait for one computation."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()

    def get(self, name: Hashable, max_age: float, make: Callable[[], Any]) -> Any:
        """Return the answer of this name if it is at most `max_age` seconds old, else make it; 0 always makes it."""
        with self._lock:
            entry = self._entries.setdefault(name, _Entry())
            self._entries.move_to_end(name)
            if len(self._entries) > MAX_ANSWERS:
                self._entries.popitem(last=False)
        if not max_age:
            return make()
        with entry.lock:
            if self._clock() - entry.made_at > max_age:
                started = self._clock()
                entry.answer = make()
                entry.made_at = started
            return entry.answer


class _Entry:
    def __init__(self) -> None:
        self.lock = Lock()
        self.made_at = float("-inf")
        self.answer: Any = None
