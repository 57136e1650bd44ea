"""SendQueue: requests on their way to one API key, first in, first out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pendo_destination.agent.delivery.request import Request
    from pendo_destination.agent.timers import Timers

MAX_FAILURES: Final = 100
MAX_BACKOFF: Final = 6


class Send(Protocol):
    """How a queue sends: one callable."""

    def __call__(self, request: Request, *, unload: bool) -> bool:
        """Send a request, maybe as the last thing a page does, and tell whether it got through."""


class SendQueue:
    """One request at a time; the head is retried until it gets through, and holds up all behind it.

    Pauses between tries double from 1 to 64 seconds, but every push tries at once; after 100 tries a request is given
    up (observed in the published agent).
    """

    def __init__(self, send: Send, timers: Timers, on_loss: Callable[[], None]) -> None:
        self._send, self._timers, self._on_loss = send, timers, on_loss
        self._queue: list[Request] = []
        self._in_flight: set[Request] = set()
        self._leaving: set[Request] = set()
        self._failures: dict[Request, int] = {}
        self._backing_off = False
        self._stopped = False

    @property
    def empty(self) -> bool:
        """Whether nothing waits to get through."""
        return not self._queue

    def push(self, requests: Iterable[Request]) -> None:
        """Queue requests and try the head at once."""
        self._queue += requests
        self._advance()

    def drain(self, requests: Iterable[Request], *, unload: bool) -> None:
        """Send all at once, for the page is hidden or unloaded; while backing off nothing is sent any more.

        On unload, what is in flight is sent again: whether it would get through can no longer be learned.
        """
        self._queue += requests
        if self._backing_off and self._queue and self._queue[0] in self._failures:
            return
        for request in tuple(self._queue):
            if request not in self._in_flight:
                self._try(request, unload=unload, retry=False)
            elif unload and request not in self._leaving:
                self._failures[request] = self._failures.get(request, 0) + 1
                self._try(request, unload=True, retry=False)

    def stop(self) -> None:
        """Drop everything; from now on each push sends one request only (observed in the published agent)."""
        self._queue.clear()
        self._in_flight.clear()
        self._leaving.clear()
        self._failures.clear()
        self._backing_off = False
        self._stopped = True

    def _advance(self) -> None:
        while self._queue and not self._in_flight:
            if not self._try(self._queue[0], unload=False, retry=True) or self._stopped:
                return

    def _try(self, request: Request, *, unload: bool, retry: bool) -> bool:
        self._in_flight.add(request)
        if unload:
            self._leaving.add(request)
        failures = self._failures.get(request)
        again = replace(request, params={**request.params, "rt": str(failures)}) if failures else request
        delivered = self._send(again, unload=unload)
        self._leaving.discard(request)
        self._in_flight.discard(request)
        if delivered:
            self._pass(request)
        else:
            self._fail(request, retry=retry)
        return delivered

    def _pass(self, request: Request) -> None:
        self._failures.clear()
        if request in self._queue:
            self._queue.remove(request)

    def _fail(self, request: Request, *, retry: bool) -> None:
        self._failures[request] = failures = self._failures.get(request, 0) + 1
        if self._stopped or not retry:
            return
        if failures >= MAX_FAILURES:
            self._on_loss()
            self._pass(request)
        self._backing_off = True
        self._timers.after(2 ** min(failures - 1, MAX_BACKOFF) * 1000, self._retry)

    def _retry(self) -> None:
        self._backing_off = False
        self._advance()
