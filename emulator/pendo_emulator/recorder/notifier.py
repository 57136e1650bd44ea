"""Wakes threads that wait for new exchanges of an API key."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import contextmanager
from threading import Event, Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# In seconds: the time between two polls of the store, and until another thread polls if the polling thread stops.
POLL_INTERVAL: Final = 0.01
TAKEOVER_INTERVAL: Final = 0.1

_EVERY_KEY: Final = None


class Notifier:
    """The waiting threads, by API key.

    If other processes write to the store too, `last_id` reads the last id in the store. Then one waiting thread polls
    the store every POLL_INTERVAL seconds and wakes the others.
    """

    def __init__(self, last_id: Callable[[], int] | None = None) -> None:
        self._lock = Lock()
        self._waiting: defaultdict[str | None, set[Event]] = defaultdict(set)
        self._read_last_id = last_id
        self._polling = Lock()
        self._last_id = 0
        self._cancelled = False

    def wait_for(self, api_key: str | None, count: Callable[[], int], wanted: int, timeout: float) -> int:
        """Wait, at most `timeout` seconds, until `count` returns `wanted` or more; return its last result.

        Calls `count` again after each notification for the key, or for any key if it is None.
        """
        deadline = time.monotonic() + timeout
        with self._subscribe(api_key) as event:
            while True:
                event.clear()
                counted = count()
                if counted >= wanted or not self._wait(event, deadline):
                    return counted

    def notify(self, api_keys: Iterable[str]) -> None:
        """Wake the threads that wait for one of these keys."""
        if not self._waiting:
            return
        with self._lock:
            for api_key in (*api_keys, _EVERY_KEY):
                for event in self._waiting.get(api_key, ()):
                    event.set()

    def cancel(self) -> None:
        """Wake all threads; from now on no thread waits."""
        self._cancelled = True
        self._notify_all()

    @contextmanager
    def _subscribe(self, api_key: str | None) -> Iterator[Event]:
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

    def _wait(self, event: Event, deadline: float) -> bool:
        """Wait until an event is set or a time of time.monotonic() is reached; return whether it was set."""
        polls = False
        try:
            while not self._cancelled and (remaining := deadline - time.monotonic()) > 0:
                polls = polls or bool(self._read_last_id and self._polling.acquire(blocking=False))
                if event.wait(min(remaining, self._interval(polls=polls))):
                    return not self._cancelled
                if polls:
                    self._poll()
        finally:
            if polls:
                self._polling.release()
        return False

    def _interval(self, *, polls: bool) -> float:
        if self._read_last_id is None:
            return float("inf")
        return POLL_INTERVAL if polls else TAKEOVER_INTERVAL

    def _poll(self) -> None:
        if self._read_last_id and (last_id := self._read_last_id()) != self._last_id:
            self._last_id = last_id
            self._notify_all()

    def _notify_all(self) -> None:
        self.notify([api_key for api_key in list(self._waiting) if api_key is not _EVERY_KEY])
