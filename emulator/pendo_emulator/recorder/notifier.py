"""News: whoever waits for an API key is told when something was recorded for it."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import contextmanager
from threading import Event, Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

EVERY_KEY = None
GLANCE: Final = 0.01
TAKING_OVER: Final = 0.1


class Notifier:
    """Who waits for which key; nothing is kept of a key that nobody waits for. `_lock` guards `_waiting`.

    Where others record as well `look` finds a number that is another when they did. Of all who wait one looks, every
    GLANCE seconds, in the name of all; `_looking` says that somebody does.
    """

    def __init__(self, look: Callable[[], int] | None = None) -> None:
        self._lock = Lock()
        self._waiting: defaultdict[str | None, set[Event]] = defaultdict(set)
        self._look = look
        self._looking = Lock()
        self._seen = 0
        self._ended = False

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

    def wait(self, event: Event, deadline: float) -> bool:
        """Wait until an event is set, or for a moment of time.monotonic(); tell whether there may be news."""
        looks = False
        try:
            while not self._ended and (left := deadline - time.monotonic()) > 0:
                looks = looks or bool(self._look and self._looking.acquire(blocking=False))
                if event.wait(min(left, self._patience(looks=looks))):
                    return not self._ended
                if looks:
                    self._look_around()
        finally:
            if looks:
                self._looking.release()
        return False

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

    def end(self) -> None:
        """Let nobody wait any longer."""
        self._ended = True
        self.tell_all()

    def _patience(self, *, looks: bool) -> float:
        if self._look is None:
            return float("inf")
        return GLANCE if looks else TAKING_OVER

    def _look_around(self) -> None:
        if self._look and (number := self._look()) != self._seen:
            self._seen = number
            self.tell_all()
