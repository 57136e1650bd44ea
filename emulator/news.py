"""News: whoever waits for an API key is told when something was recorded for it."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from threading import Event, Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EVERY_KEY = None


class News:
    """Who waits for which key; nothing is kept of a key that nobody waits for. `_lock` guards `_waiting`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: defaultdict[str | None, set[Event]] = defaultdict(set)

    @contextmanager
    def awaited(self, api_key: str | None) -> Iterator[Event]:
        """Have an event set whenever there is news of a key, or of any where it is None."""
        event = Event()
        with self._lock:
            self._waiting[api_key].add(event)
        try:
            yield event
        finally:
            with self._lock:
                self._waiting[api_key].discard(event)
                if not self._waiting[api_key]:
                    del self._waiting[api_key]

    def tell(self, api_keys: Iterable[str]) -> None:
        """Wake whoever waits for one of these keys."""
        if not self._waiting:
            return
        with self._lock:
            for api_key in (*api_keys, EVERY_KEY):
                for event in self._waiting.get(api_key, ()):
                    event.set()

    def tell_all(self) -> None:
        """Wake everybody."""
        self.tell([api_key for api_key in list(self._waiting) if api_key is not EVERY_KEY])
